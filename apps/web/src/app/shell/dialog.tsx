import type { ReactNode } from 'react';
import { Modal } from '@/lib/layers/overlays';

interface DialogProps {
  title: string;
  size?: 'sm' | 'md' | 'lg';
  /** Whether it closes by its buttons only: for what must not be lost by a slip of the hand. */
  isHeld?: boolean;
  /** False where nothing entered is kept anyway; else what is entered counts: closing asks first. */
  isDirty?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that stands for as long as it is drawn. */
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
