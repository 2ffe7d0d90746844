import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Move } from '../api/moves';

const COLORS: Record<Move['status'], string> = {
  draft: 'gray',
  queued: 'gray',
  running: 'lagoon',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
  rolling_back: 'lagoon',
  rolled_back: 'gray',
};

/** The status of a move, or of one of its files. */
export function MoveStatus({ move: { status } }: { move: Pick<Move, 'status'> }) {
  const { t } = useTranslation('imports');
  return (
    <Badge variant="dot" color={COLORS[status]}>
      {t(status === 'draft' ? 'moves.planned' : `status.${status}`)}
    </Badge>
  );
}
