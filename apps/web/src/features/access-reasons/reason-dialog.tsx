import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useEffect, useState } from 'react';
import { Modal } from '@/lib/layers/overlays';
import { closeAccessQuestion } from '@/records/access/access-questions';
import classes from './reason-dialog.module.css';

/** Above forms and their popovers, because questions can be asked from inside them. */
const Z_INDEX = 600;
/** For lists that open inside the dialog. */
export const ABOVE_DIALOG = { withinPortal: true, zIndex: Z_INDEX + 10 };

interface ReasonDialogProps {
  title: string;
  isOpen: boolean;
  children: ReactNode;
}

/** Frame of both dialogs: full screen on a phone, a window elsewhere. */
export function ReasonDialog({ title, isOpen, children }: ReasonDialogProps) {
  const isNarrow = useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false });
  // Opens after mounting, so that it notices where the focus was and returns it there.
  const [isShown, setShown] = useState(false);
  useEffect(() => setShown(isOpen), [isOpen]);
  return (
    <Modal.Root
      isDirty={false}
      opened={isShown}
      onClose={closeAccessQuestion}
      size={640}
      fullScreen={isNarrow}
      zIndex={Z_INDEX}
    >
      <Modal.Overlay backgroundOpacity={0.35} />
      <Modal.Content className={classes['content']}>
        <div className={classes['head']}>
          <Modal.Title className={classes['title']}>{title}</Modal.Title>
          <Modal.CloseButton />
        </div>
        <Modal.Body className={classes['body']}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
