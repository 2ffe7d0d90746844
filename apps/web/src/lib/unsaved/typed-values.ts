/** Inputs that users fill in. Hidden inputs hold the values of choice lists. */
const INPUTS = 'input, textarea, select';

function entryOf(input: Element): string {
  const { type, checked, value } = input as HTMLInputElement;
  return type === 'checkbox' || type === 'radio' ? String(checked) : value;
}

/** The values of the inputs in a part of the page before the user touched them, to tell what was changed. */
export interface TypedValues {
  /** Records inputs not seen before. Call it before each press, focus and input event reaches them. */
  note: (event?: Event) => void;
  /** Whether any input still in the page has another value than before. */
  isTyped: () => boolean;
}

/** In: a function that returns the part of the page; null while it is not rendered. */
export function watchTyped(part: () => ParentNode | null): TypedValues {
  const before = new WeakMap<Element, string | undefined>();
  const inputs = () => [...(part()?.querySelectorAll(INPUTS) ?? [])];
  return {
    note: (event) => {
      for (const input of inputs()) {
        // An input first seen at an input event was filled without press or focus. That counts as entered.
        const isNew = event?.type === 'input' && event.target === input;
        if (!before.has(input)) before.set(input, isNew ? undefined : entryOf(input));
      }
    },
    isTyped: () => inputs().some((input) => before.has(input) && before.get(input) !== entryOf(input)),
  };
}
