import { Badge, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { type ExportState, isUnderWay } from './api/exports';

const COLORS: Record<ExportState['status'], string> = {
  queued: 'gray',
  running: 'lagoon',
  paused: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};

/** The status of an export. A finished one whose file is gone has expired. */
export function ExportStatus({ state }: { state: ExportState }) {
  const { t } = useTranslation('exports');
  const isGone = state.status === 'completed' && state.expiresAt === null;
  return (
    <Badge variant="dot" color={isGone ? 'gray' : COLORS[state.status]}>
      {t(isGone ? 'status.expired' : `status.${state.status}`)}
    </Badge>
  );
}

/** How far an export is, or what became of it. */
export function ExportProgress({ state }: { state: ExportState }) {
  const { t } = useTranslation('exports');
  const formats = useFormats();
  const done = state.records + state.leftOut;
  const numbers = { done: formats.number(done), total: formats.number(state.total) };
  if (state.error)
    return (
      <Text size="sm" c="var(--pl-bad)">
        {state.error}
      </Text>
    );
  if (isUnderWay(state))
    return (
      <>
        <Text size="sm">{t('underWay', numbers)}</Text>
        <Progress
          mt={4}
          value={state.total > 0 ? Math.min(100, (100 * done) / state.total) : 0}
          aria-label={t('underWay', numbers)}
        />
      </>
    );
  return (
    <Text size="sm">
      {t('rows', { count: state.rows, number: formats.number(state.rows) })}
      {state.leftOut > 0
        ? ` · ${t('leftOut', { count: state.leftOut, number: formats.number(state.leftOut) })}`
        : ''}
    </Text>
  );
}
