import { Alert, Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Dialog } from '@/app/shell/dialog';
import { FormButtons } from '@/lib/forms/form';
import { CancelButton } from '@/lib/layers/overlays';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { undoToast } from '@/lib/undo-toast';

interface DeleteDialogProps {
  title: string;
  /** What the deletion means. */
  children: ReactNode;
  /** Texts of the buttons, and what is said afterwards. */
  cancel: string;
  confirm: string;
  done: string;
  remove: () => Promise<unknown>;
  /** Takes the deletion back. */
  restore: () => Promise<unknown>;
  /** Says why the deletion was refused; the message of the API by default. */
  refusal?: (error: unknown) => ReactNode;
  onRefused?: () => void;
  onClose: () => void;
}

/** Asks before a definition is deleted, and offers to undo that afterwards. */
export function DeleteDialog(given: DeleteDialogProps) {
  const { onClose, onRefused } = given;
  const restore = useMutation({
    mutationFn: given.restore,
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
  const remove = useMutation({
    mutationFn: given.remove,
    ...(onRefused ? { onError: onRefused } : {}),
    onSuccess: () => {
      onClose();
      undoToast({ message: given.done, undo: () => restore.mutate() });
    },
  });
  return (
    <Dialog title={given.title} isDirty={false} onClose={onClose}>
      <Stack gap="md">
        {given.children}
        {remove.isError ? (
          <Alert color="red" variant="light" role="alert">
            {given.refusal?.(remove.error) ?? problemText(remove.error)}
          </Alert>
        ) : null}
        <FormButtons>
          <CancelButton>{given.cancel}</CancelButton>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {given.confirm}
          </Button>
        </FormButtons>
      </Stack>
    </Dialog>
  );
}
