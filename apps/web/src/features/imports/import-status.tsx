import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportRun } from './api/import.types';

const COLORS: Record<ImportRun['status'], string> = {
  queued: 'gray',
  running: 'lagoon',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
};

export function ImportStatus({ status }: { status: ImportRun['status'] }) {
  const { t } = useTranslation('imports');
  return (
    <Badge variant="dot" color={COLORS[status]}>
      {t(`status.${status}`)}
    </Badge>
  );
}
