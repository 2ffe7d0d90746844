import { useEffect, useRef } from 'react';

/**
 * Returns the focus to the element that had it before a layer opened, when the layer closes. Mantine does so only for
 * layers that stay rendered while they are closed. Does nothing if the focus has moved on or the element is gone.
 */
export function useFocusReturn(opened: boolean): void {
  const before = useRef<Element | null>(null);
  // While it renders, because inputs of the layer take the focus before its effects run.
  if (opened) before.current ??= document.activeElement;
  else before.current = null;
  useEffect(() => {
    if (!opened) return;
    const element = before.current;
    return () => {
      setTimeout(() => {
        if (document.activeElement === document.body && element instanceof HTMLElement)
          element.focus({ preventScroll: true });
      });
    };
  }, [opened]);
}
