import { Button, Group, Text } from '@mantine/core';
import { hideNotification, notify } from '@/lib/notify';

/** Long enough to read, think and react. Later, the record can still be restored from its history. */
const UNDO_MS = 10_000;

/** A notification of a finished action, with an Undo button. */
export function showUndo({
  message,
  undoLabel,
  onUndo,
}: {
  message: string;
  undoLabel: string;
  onUndo: () => void;
}): void {
  const id = notify({
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => {
            hideNotification(id);
            onUndo();
          }}
        >
          {undoLabel}
        </Button>
      </Group>
    ),
  });
}
