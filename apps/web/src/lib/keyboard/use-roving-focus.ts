import { type RefObject, useEffect } from 'react';
import { targetOf } from './roving-target';

/** Marks a row of buttons in a group. */
export const ROVING_ROW = { 'data-roving-row': '' };

/**
 * Makes the buttons in the marked rows of a group one tab stop. Up and down move between rows, left and right within a
 * row; Home and End move to the first and last button. Tab returns to the last focused button.
 */
export function useRovingFocus(group: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = group.current;
    if (!element) return;
    let current: HTMLElement | undefined;
    const rows = () =>
      [...element.querySelectorAll('[data-roving-row]')].map((row) => [
        ...row.querySelectorAll<HTMLElement>('button'),
      ]);
    const settle = () => {
      const buttons = rows().flat();
      if (!current || !buttons.includes(current)) [current] = buttons;
      for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
    };
    const onFocus = ({ target }: FocusEvent) => {
      const button = rows()
        .flat()
        .find((each) => each === target);
      if (button) current = button;
      settle();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = targetOf(rows(), event.target as HTMLElement, event.key);
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    settle();
    // Fields appear, disappear and are edited in place.
    const observer = new MutationObserver(settle);
    observer.observe(element, { childList: true, subtree: true });
    element.addEventListener('focusin', onFocus);
    element.addEventListener('keydown', onKeyDown);
    return () => {
      observer.disconnect();
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('keydown', onKeyDown);
    };
  }, [group]);
}
