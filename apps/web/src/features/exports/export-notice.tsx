import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { hideNotification, notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { downloadExport, exportQuery, isUnderWay, stopExport } from './api/exports';
import { ExportProgress } from './export-progress';

/** Shows the progress of an export, and then its file, in a notice that stays until it is closed, also on other pages. */
export function showExport(id: string): void {
  const notice = `export ${id}`;
  notify({
    id: notice,
    autoClose: false,
    message: <ExportNotice id={id} onDone={() => hideNotification(notice)} />,
  });
}

function ExportNotice({ id, onDone }: { id: string; onDone: () => void }) {
  const { t } = useTranslation('exports');
  const query = useQuery(exportQuery(id));
  const object = useObject(query.data?.object);
  const stop = useMutation({ mutationFn: () => stopExport(id) });
  const download = useMutation({ mutationFn: () => downloadExport(id), onSuccess: onDone });
  const error = query.error ?? stop.error ?? download.error;
  const state = query.data;
  if (!state) return error ? <Text size="sm">{problemText(error)}</Text> : <Loader size="xs" />;
  const what = object?.pluralLabel ?? state.object;
  return (
    <Stack gap={6} role="status">
      <Text size="sm" fw={550}>
        {t(`notice.${state.status}`, { what })}
      </Text>
      <ExportProgress state={state} />
      {error ? (
        <Text size="sm" c="var(--pl-bad)" role="alert">
          {problemText(error)}
        </Text>
      ) : null}
      <Group justify="flex-end">
        {isUnderWay(state) ? (
          <Button size="compact-xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t('stop')}
          </Button>
        ) : state.downloadUrl ? (
          <Button
            size="compact-xs"
            leftSection={<IconDownload size={14} />}
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            {t('download')}
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
