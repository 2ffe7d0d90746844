/**
 * The stack of everything that lies over the page: dialogs, drawers, menus, popovers, the palette, inline
 * edits. Esc closes the topmost layer and nothing else; one listener decides, so no two handlers can
 * answer the same key press.
 */
export interface Layer {
  /** Closes it; undefined where it closes by its buttons only. */
  close: (() => void) | undefined;
}

const layers: Layer[] = [];
/** Presses that belong to an open list of choices. */
const left = new WeakSet<Event>();

/** In: a layer that just opened. Out: takes it off the stack again. */
export function pushLayer(layer: Layer): () => void {
  layers.push(layer);
  return () => {
    const index = layers.indexOf(layer);
    if (index >= 0) layers.splice(index, 1);
  };
}

/** Whether anything lies over the page. */
export function hasLayers(): boolean {
  return layers.length > 0;
}

/** Whether an open list of choices takes this key press, so that nothing around it may. */
export function isLeftToControl(event: Event): boolean {
  return left.has(event);
}

/** A control that shows its own list or calendar closes that itself. */
function ownsOpenList(target: EventTarget | null): boolean {
  const element = target as Partial<Element> | null;
  // The window itself has no form of an element.
  if (!element?.matches || !element.closest) return false;
  return (
    // Inputs that are not announced as expanded say so in data only.
    element.matches('[aria-haspopup="listbox"]:is([aria-expanded="true"], [data-expanded])') ||
    element.matches('[data-dates-input][aria-expanded="true"]') ||
    element.closest('[data-dates-dropdown]') !== null
  );
}

/** Answers Esc; every other key passes. */
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

/** Starts to listen, before anything else on the page does. */
export function startLayers(): void {
  window.addEventListener('keydown', onEscape, { capture: true });
}
