import { Button } from '@mantine/core';
import { IconTemplate, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormToolProps } from '@/app/feature.types';
import { useFormats } from '@/lib/format/formats';
import TemplateList from '@/lib/kept-templates/template-list';
import { Menu } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { undoToast } from '@/lib/undo-toast';
import { fieldOf } from '@/records/object-description';
import {
  changeTemplate,
  type RecordTemplate,
  recordTemplatesQuery,
  removeTemplate,
} from './api/record-templates';
import { filledValues } from './kept-values';
import SaveTemplate from './save-template';

/** Above forms, and forms that were opened from them. */
const ABOVE_FORMS = 400;

/** The menu of a form: fills it from a template, or keeps what is filled in as one. */
export default function TemplatesMenu({ object, record, fields, values, fill }: FormToolProps) {
  const { t } = useTranslation('templates');
  const { zone } = useFormats();
  const [isOpen, setOpen] = useState(false);
  const [dialog, setDialog] = useState<'save' | 'manage' | undefined>();
  const query = useQuery({ ...recordTemplatesQuery(object.key), enabled: isOpen || dialog === 'manage' });
  const use = ({ name, values: kept }: RecordTemplate) => {
    const filled = filledValues(fields(), kept, zone);
    const count = Object.keys(filled).length;
    if (count === 0) return void notify({ message: t('nothing', { name }) });
    const now = values();
    const before = Object.fromEntries(Object.keys(filled).map((key) => [key, now[key] ?? null]));
    fill(filled);
    undoToast({ message: t('filled', { name, count }), undo: () => fill(before) });
  };
  const close = () => setDialog(undefined);
  const labelOf = (key: string) => fieldOf(object, key)?.label ?? key;
  return (
    <>
      <Menu opened={isOpen} onChange={setOpen} position="bottom-end" zIndex={ABOVE_FORMS}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconTemplate size={15} aria-hidden />}
          >
            {t('menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {record ? null : (
            <>
              <Menu.Label>{t('use')}</Menu.Label>
              {query.data?.map((template) => (
                <Menu.Item
                  key={template.id}
                  rightSection={
                    template.isShared ? <IconUsers size={14} aria-label={t('shared')} /> : undefined
                  }
                  onClick={() => use(template)}
                >
                  {template.name}
                </Menu.Item>
              ))}
              {query.data?.length === 0 ? <Menu.Item disabled>{t('none')}</Menu.Item> : null}
              <Menu.Divider />
            </>
          )}
          <Menu.Item onClick={() => setDialog('save')}>{t('saveAs')}</Menu.Item>
          <Menu.Item onClick={() => setDialog('manage')}>{t('manage')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'save' ? (
        <SaveTemplate
          object={object}
          fields={fields()}
          values={values()}
          zIndex={ABOVE_FORMS}
          onClose={close}
        />
      ) : null}
      {dialog === 'manage' ? (
        <TemplateList
          query={query}
          none={t('noneFor')}
          about={({ values: kept, leftOut }) =>
            [
              t('values', { count: Object.keys(kept).length }),
              ...(leftOut.length ? [t('leftOut', { fields: leftOut.map(labelOf).join(', ') })] : []),
            ].join(' · ')
          }
          onChange={changeTemplate}
          onRemove={removeTemplate}
          onClose={close}
          zIndex={ABOVE_FORMS}
        />
      ) : null}
    </>
  );
}
