import type { Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { notePlace, placeIn } from './list-place';

/**
 * Keeps how far an element was scrolled, so that going back to its page lands there again.
 * @param name of the list, and of the part if it has several
 * @param isReady whether the element has its contents; before, it can't be scrolled
 * @returns the ref of the element
 */
export function useScrollPlace<E extends HTMLElement = HTMLDivElement>(
  name: string,
  isReady: boolean,
): RefObject<E | null> {
  const scroller = useRef<E>(null);
  // Before the element leaves the page, when it still has a place.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !isReady) return;
    const { offset = 0, left = 0 } = placeIn(name) ?? {};
    element.scrollTo({ top: offset, left, behavior: 'instant' });
    return () => notePlace(name, { offset: element.scrollTop, left: element.scrollLeft });
  }, [name, isReady]);
  return scroller;
}

/** Options of a virtual list that begins where the user left it. */
export function virtualPlace(name: string) {
  const { offset = 0, rows = [] } = placeIn(name) ?? {};
  return { initialOffset: offset, initialMeasurementsCache: rows };
}

/** Keeps the heights of a virtual list's rows: the place in it means nothing without them. */
export function useRowHeights(name: string, virtual: Virtualizer<HTMLDivElement, Element>): void {
  useLayoutEffect(() => () => notePlace(name, { rows: virtual.measurementsCache }), [name, virtual]);
}
