import { Button } from '@mantine/core';
import { notify } from '@/lib/notify';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Menu } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { queryClient } from '@/lib/query-client';
import { type AuditFilter, downloadAudit } from './api/audit';

/** Exports all events that match the filters. */
export function ExportMenu({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation('audit');
  const download = useMutation({
    mutationFn: (format: 'csv' | 'ndjson') => downloadAudit(filter, format),
    // The export itself creates an event.
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['audit', 'list'] }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={15} />}
          loading={download.isPending}
        >
          {t('export.title')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => download.mutate('csv')}>{t('export.csv')}</Menu.Item>
        <Menu.Item onClick={() => download.mutate('ndjson')}>{t('export.ndjson')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
