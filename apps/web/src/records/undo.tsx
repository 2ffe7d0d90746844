import { i18n } from '@/lib/i18n/i18n';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { undoToast } from '@/lib/undo-toast';
import { type Cause, newCause, undo } from './api/undo';
import { followCascades } from './cascades';

const t = (key: string, options?: Record<string, unknown>) => i18n.t(key, { ns: 'records', ...options });

/** A notification of a finished action, with a button that undoes exactly what its requests did. */
export function showUndo({
  message,
  cause,
  color,
  onUndone,
}: {
  message: string;
  /** The cause under which the requests were sent. */
  cause: Cause;
  color?: string;
  /** Runs after the undo, for example to leave the page of a record that is gone. */
  onUndone?: () => void;
}): void {
  undoToast({ message, color, undo: () => void undoNow(cause, onUndone) });
}

/** Undoes a cause and says what came of it. What was undone can be done again. */
async function undoNow(cause: Cause, onUndone?: () => void): Promise<void> {
  const redo = newCause();
  try {
    const answer = await undo({ correlationId: cause }, redo);
    if (answer.status === 'queued') {
      followCascades([answer.id]);
      return;
    }
    const { counts, conflicts } = answer;
    const isDone = counts.restored + counts.deleted + counts.changed > 0;
    if (isDone) onUndone?.();
    if (conflicts.length)
      notify({
        color: 'yellow',
        title: t(isDone ? 'undoing.partly' : 'undoing.kept'),
        message: [...new Set(conflicts.map((conflict) => conflict.message))].slice(0, 3).join(' '),
        autoClose: 12_000,
      });
    else notify({ message: t('undoing.done') });
  } catch (error) {
    notify({ color: 'red', message: problemText(error) });
  }
}
