let holds = 0;
const listeners = new Set<() => void>();

/**
 * Keeps live changes off the screen, e.g. while something is dragged. They are shown when every hold has been released.
 * Out: the function that releases it.
 */
export function holdLive(): () => void {
  holds += 1;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    holds -= 1;
    if (holds === 0) for (const listener of listeners) listener();
  };
}

export const isLiveHeld = (): boolean => holds > 0;

/** Calls the listener whenever the last hold is released. Out: the function that ends it. */
export function onLiveReleased(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
