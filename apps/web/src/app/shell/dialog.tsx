import type { ReactNode } from 'react';
import { Modal } from '@/lib/layers/overlays';

interface DialogProps {
  title: string;
  size?: 'sm' | 'md' | 'lg';
  /** Whether only its buttons close it, for content that must not be lost by accident. */
  isHeld?: boolean;
  /** False if entered values are kept anyway. Otherwise closing asks first if something was entered. */
  isDirty?: boolean;
  /** Whether it can open while a drawer is open, and so must be above it. */
  isOnTop?: boolean;
  onClose: () => void;
  children: ReactNode;
}

const ABOVE_DRAWERS = 1_000;

/** A dialog that is open as long as it is rendered. */
export function Dialog({
  title,
  size = 'md',
  isHeld = false,
  isDirty,
  isOnTop = false,
  onClose,
  children,
}: DialogProps) {
  return (
    <Modal
      opened
      size={size}
      title={title}
      isDirty={isDirty}
      {...(isOnTop && { zIndex: ABOVE_DRAWERS })}
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
      onClose={onClose}
    >
      {children}
    </Modal>
  );
}
