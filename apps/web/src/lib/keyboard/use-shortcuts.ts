import { useLayoutEffect, useRef } from 'react';
import { hasLayers, isLeftToControl } from '../layers/layer-stack';
import { isTyping, pressedKeys } from './key-sequence';

/** Actions by key: `KeyboardEvent.key` in lower case, or a pair of keys such as `g a`. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

/** Whether a focused control uses the key itself, so that it must not also be a shortcut. */
function isControlKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  return event.target instanceof HTMLElement && event.target.closest('a, button, [role="menuitem"]') !== null;
}

/**
 * Shortcuts of a page. Inactive while the user types, with Ctrl, Alt or Meta pressed, and while a layer
 * covers the page.
 */
export function useShortcuts(shortcuts: Shortcuts, isEnabled = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  // Before the page can be seen, so that no key is lost.
  useLayoutEffect(() => {
    if (!isEnabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isControlKey(event)) return;
      if (hasLayers() || isLeftToControl(event)) return;
      const run = latest.current[pressedKeys(event)];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isEnabled]);
}
