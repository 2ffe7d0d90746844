import { useEffect, useRef } from 'react';
import { pushLayer } from './layer-stack';

/**
 * Puts something that lies over the page on the stack while it is open.
 *
 * @param close what Esc does; undefined where Esc must do nothing
 */
export function useLayer(isOpen: boolean, close: (() => void) | undefined): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!isOpen) return;
    return pushLayer({
      get close() {
        return latest.current;
      },
    });
  }, [isOpen]);
}
