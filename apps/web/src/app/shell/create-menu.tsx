import { Box, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import { CreateButton } from '@/records/access/create-button';
import { useObjects } from '@/records/api/describe-objects';
import { useRecordForm } from '@/records/form/record-form-context';
import { mayCreate } from '@/records/object-description';
import { iconOf } from '@/records/object-presentation';

/** Creates a record of any object, from any page. */
export function CreateMenu() {
  const { t } = useTranslation('app');
  const forms = useRecordForm();
  const listed = useObjects().filter(({ listed }) => listed);
  const creatable = listed.filter(mayCreate);
  if (creatable.length === 0) {
    return (
      <Box visibleFrom="sm">
        <CreateButton objects={listed} label={t('create')} isPlain />
      </Box>
    );
  }
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconPlus size={15} />} visibleFrom="sm">
          {t('create')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {creatable.map((object) => {
          const Icon = iconOf(object);
          return (
            <Menu.Item
              key={object.key}
              leftSection={<Icon size={16} />}
              onClick={() => forms.openCreate(object)}
            >
              {object.label}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
