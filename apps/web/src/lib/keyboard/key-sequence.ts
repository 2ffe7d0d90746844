/**
 * Recognises two keys that are pressed one after the other, such as `g a`. A single listener decides for all shortcuts
 * of the page, so that the second key of a pair is nobody's single key.
 */
import { hasLayers } from '../layers/layer-stack';

/** The key that begins a pair. */
const FIRST = 'g';
/** Milliseconds for the second key. */
const PATIENCE_MS = 1_500;

let waitingUntil = 0;
const pressed = new WeakMap<Event, string>();

/** Whether what the user types goes into a field. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as Partial<HTMLElement> | null;
  // The target may be the window, which has no element methods.
  if (!element?.matches) return false;
  return (
    element.isContentEditable ||
    element.matches('input, textarea, select, [role="combobox"], [role="listbox"]')
  );
}

/** Reads the next key press. @param now milliseconds, in the order of time */
export function readKey(event: KeyboardEvent, now = performance.now()): void {
  const key = event.key.toLowerCase();
  // Holding Shift for the second key begins no new one.
  if (key === 'shift') return;
  const isPlain =
    !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && !hasLayers();
  const isSecond = isPlain && now < waitingUntil;
  pressed.set(event, isSecond ? `${FIRST} ${key}` : key);
  waitingUntil = isPlain && !isSecond && key === FIRST ? now + PATIENCE_MS : 0;
}

/** Returns what was pressed: a key in lower case, or a pair such as `g a`. */
export function pressedKeys(event: KeyboardEvent): string {
  return pressed.get(event) ?? event.key.toLowerCase();
}

/** Adds the listener, before any other one on the page. */
export function readKeySequences(): void {
  window.addEventListener('keydown', readKey, { capture: true });
}
