import { Button, Group, Select, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import { downloadBlankFile } from './api/import-templates';

/** Offers a CSV file to fill in, for those who have none yet. */
export function BlankFile({ objects, preset }: { objects: ObjectDescription[]; preset: string | undefined }) {
  const { t } = useTranslation('imports');
  const [chosen, setChosen] = useState(preset);
  const object = objects.find(({ key }) => key === chosen) ?? objects[0];
  const download = useMutation({
    mutationFn: async () => object && downloadBlankFile(object.key, object.pluralLabel),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  if (!object) return null;
  return (
    <Group mt="lg" gap="xs" align="center">
      <Text size="sm">{t('blank.intro')}</Text>
      <Select
        size="xs"
        w={180}
        aria-label={t('file.object')}
        data={objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
        value={object.key}
        allowDeselect={false}
        searchable
        onChange={(key) => key && setChosen(key)}
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {t('blank.download')}
      </Button>
    </Group>
  );
}
