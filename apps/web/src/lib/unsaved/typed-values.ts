/** What people enter into: hidden inputs stand for lists of choices. */
const INPUTS = 'input, textarea, select';

function entryOf(input: Element): string {
  const { type, checked, value } = input as HTMLInputElement;
  return type === 'checkbox' || type === 'radio' ? String(checked) : value;
}

/** What was in the inputs of a part of the page before somebody touched it, to tell what they changed. */
export interface TypedValues {
  /** Notes inputs that were not seen before. To be called before each press, focus and input reaches them. */
  note: (event?: Event) => void;
  /** Whether an input that is still there holds something else than before. */
  isTyped: () => boolean;
}

/** In: gives the part of the page; null while it is not drawn. */
export function watchTyped(part: () => ParentNode | null): TypedValues {
  const before = new WeakMap<Element, string | undefined>();
  const inputs = () => [...(part()?.querySelectorAll(INPUTS) ?? [])];
  return {
    note: (event) => {
      for (const input of inputs()) {
        // A value that came by itself, without press or focus, was entered nevertheless.
        const isNew = event?.type === 'input' && event.target === input;
        if (!before.has(input)) before.set(input, isNew ? undefined : entryOf(input));
      }
    },
    isTyped: () => inputs().some((input) => before.has(input) && before.get(input) !== entryOf(input)),
  };
}
