import type { ReactNode } from 'react';
import { Modal } from '@/lib/layers/overlays';

interface DialogProps {
  title: string;
  size?: 'sm' | 'md' | 'lg';
  /** Whether only its buttons close it, for content that must not be lost by accident. */
  isHeld?: boolean;
  /** False if entered values are kept anyway. Otherwise closing asks first if something was entered. */
  isDirty?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that is open as long as it is rendered. */
export function Dialog({ title, size = 'md', isHeld = false, isDirty, onClose, children }: DialogProps) {
  return (
    <Modal
      opened
      size={size}
      title={title}
      isDirty={isDirty}
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
      onClose={onClose}
    >
      {children}
    </Modal>
  );
}
