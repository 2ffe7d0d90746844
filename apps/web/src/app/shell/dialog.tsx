import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Modal } from '@/lib/layers/overlays';
import classes from './dialog.module.css';

interface DialogProps {
  title: string;
  size?: 'sm' | 'md' | 'lg';
  /** Whether it closes by its buttons only: for what must not be lost by a slip of the hand. */
  isHeld?: boolean;
  /** Whether something entered would be lost: closing asks first. */
  isDirty?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog whose close button has a name, and whose head is no second banner of the page. */
export function Dialog({
  title,
  size = 'md',
  isHeld = false,
  isDirty = false,
  onClose,
  children,
}: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened
      centered
      size={size}
      isDirty={isDirty}
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
      onClose={onClose}
    >
      <Modal.Overlay backgroundOpacity={0.35} blur={2} />
      <Modal.Content>
        <div className={classes['head']}>
          <Modal.Title className={classes['title']}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
