import { useLayoutEffect, useRef } from 'react';
import { hasLayers, isLeftToControl } from '../layers/layer-stack';

/** Actions by key: `KeyboardEvent.key` in lower case. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.matches('input, textarea, select, [role="combobox"], [role="listbox"]')
  );
}

/** Whether a focused control uses the key itself, so that it must not also be a shortcut. */
function isControlKey(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' && event.key !== ' ') return false;
  return event.target instanceof HTMLElement && event.target.closest('a, button, [role="menuitem"]') !== null;
}

/**
 * Single-key shortcuts of a page. Inactive while the user types, with Ctrl, Alt or Meta pressed, and while a layer
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
      const run = latest.current[event.key.toLowerCase()];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [isEnabled]);
}
