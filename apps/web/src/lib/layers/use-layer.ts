import { useLayoutEffect, useRef } from 'react';
import { pushLayer } from './layer-stack';

/**
 * Puts something above the page on the layer stack while it is open.
 *
 * @param close what Esc does; undefined if Esc must do nothing
 */
export function useLayer(isOpen: boolean, close: (() => void) | undefined): void {
  const latest = useRef(close);
  latest.current = close;
  // Before it can be seen: an Esc pressed at once must not go to what is below it.
  useLayoutEffect(() => {
    if (!isOpen) return;
    return pushLayer({
      get close() {
        return latest.current;
      },
    });
  }, [isOpen]);
}
