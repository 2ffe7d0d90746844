import { Button, Group, Text } from '@mantine/core';
import { i18n } from '@/lib/i18n/i18n';
import { hideNotification, notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { type Cause, newCause, undo } from './api/undo';
import { followCascades } from './cascades';

/** Long enough to read, think and react. Later, the change can still be undone from the audit log. */
const UNDO_MS = 10_000;

const t = (key: string, options?: Record<string, unknown>) => i18n.t(key, { ns: 'records', ...options });

/** What Ctrl+Z undoes: the action whose toast is shown. */
let latest: { until: number; run: () => void } | undefined;
let isListening = false;

/** Lets Ctrl+Z undo the latest action while its toast is shown. In a text, it is the text's own. */
function listen(): void {
  if (isListening) return;
  isListening = true;
  document.addEventListener('keydown', (event) => {
    const { target, key, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (key.toLowerCase() !== 'z' || !(ctrlKey || metaKey) || shiftKey || altKey) return;
    const isText =
      target instanceof HTMLElement &&
      (target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]'));
    if (isText || event.defaultPrevented || !latest || Date.now() > latest.until) return;
    event.preventDefault();
    latest.run();
  });
}

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
  latest = { until: Date.now() + UNDO_MS, run: () => start() };
  listen();
  const start = () => {
    latest = undefined;
    hideNotification(id);
    void undoNow(cause, onUndone);
  };
  const id = notify({
    autoClose: UNDO_MS,
    ...(color ? { color } : {}),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{message}</Text>
        <Button size="compact-xs" variant="light" onClick={start}>
          {t('undo')}
        </Button>
      </Group>
    ),
  });
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
