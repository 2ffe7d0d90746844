import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { ImportRun } from './api/import.types';
import { rowsDone } from './progress';

const COLORS: Record<ImportRun['status'], string> = {
  queued: 'gray',
  running: 'lagoon',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  rolling_back: 'lagoon',
  rolled_back: 'gray',
};

/** The status of an import. An import with failed rows is not simply "Done". */
export function ImportStatus({ run: { status, counts } }: { run: Pick<ImportRun, 'status' | 'counts'> }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const { failed } = counts;
  if (status !== 'completed' || failed === 0)
    return (
      <Badge variant="dot" color={COLORS[status]}>
        {t(`status.${status}`)}
      </Badge>
    );
  return (
    <Badge variant="dot" color={failed === rowsDone(counts) ? 'red' : 'yellow'}>
      {t('status.rowsFailed', { count: failed, rows: formats.number(failed) })}
    </Badge>
  );
}
