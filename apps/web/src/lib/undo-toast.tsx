import { Button, Group, Text } from '@mantine/core';
import { i18n } from '@/lib/i18n/i18n';
import { hideNotification, notify } from '@/lib/notify';

/** Long enough to read, think and react. */
const UNDO_MS = 10_000;

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

/** A notification of a finished action, with a button that undoes it. Ctrl+Z does so too while it is shown. */
export function undoToast({
  message,
  color,
  undo,
}: {
  message: string;
  color?: string | undefined;
  /** Undoes the action and says what came of it. */
  undo: () => void;
}): void {
  const start = () => {
    latest = undefined;
    hideNotification(id);
    undo();
  };
  latest = { until: Date.now() + UNDO_MS, run: start };
  listen();
  const id = notify({
    autoClose: UNDO_MS,
    ...(color ? { color } : {}),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{message}</Text>
        <Button size="compact-xs" variant="light" onClick={start}>
          {i18n.t('undo', { ns: 'records' })}
        </Button>
      </Group>
    ),
  });
}
