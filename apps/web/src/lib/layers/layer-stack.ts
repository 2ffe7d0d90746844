/**
 * The stack of everything above the page: dialogs, drawers, menus, popovers, the palette, inline edits. Esc closes only
 * the topmost layer. A single listener decides, so that no two handlers react to the same key press.
 */
export interface Layer {
  /** Closes it; undefined if only its buttons close it. */
  close: (() => void) | undefined;
}

const layers: Layer[] = [];
/** Key presses that an open list of choices handles. */
const left = new WeakSet<Event>();

/** In: a layer that just opened. Out: a function that removes it from the stack. */
export function pushLayer(layer: Layer): () => void {
  layers.push(layer);
  return () => {
    const index = layers.indexOf(layer);
    if (index >= 0) layers.splice(index, 1);
  };
}

/** Whether any layer is above the page. */
export function hasLayers(): boolean {
  return layers.length > 0;
}

/** Whether an open list of choices handles this key press, so that nothing around it may. */
export function isLeftToControl(event: Event): boolean {
  return left.has(event);
}

/** Whether the target's own list or calendar is open. The control closes it itself. */
function ownsOpenList(target: EventTarget | null): boolean {
  const element = target as Partial<Element> | null;
  // The target may be the window, which has no element methods.
  if (!element?.matches || !element.closest) return false;
  return (
    // Inputs without aria-expanded have only the data attribute.
    element.matches('[aria-haspopup="listbox"]:is([aria-expanded="true"], [data-expanded])') ||
    element.matches('[data-dates-input][aria-expanded="true"]') ||
    element.closest('[data-dates-dropdown]') !== null
  );
}

/** Handles Esc; ignores every other key. */
export function onEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing) return;
  if (ownsOpenList(event.target)) {
    left.add(event);
    return;
  }
  const top = layers.at(-1);
  if (!top) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  top.close?.();
}

/** Adds the listener, before any other listener on the page. */
export function startLayers(): void {
  window.addEventListener('keydown', onEscape, { capture: true });
}
