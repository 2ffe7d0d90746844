/** What an input or a group of inputs that holds a mistake looks like in the page. */
const WRONG = '[aria-invalid="true"], [data-error="true"]';

/** The inputs that hold a mistake, in the order of the page: of a group and its input, the input. */
export function wrongInputs(form: ParentNode | null | undefined): HTMLElement[] {
  const marked = [...(form?.querySelectorAll<HTMLElement>(WRONG) ?? [])];
  return marked.filter((element) => element.querySelector(WRONG) === null);
}

/** Brings an input into view and puts the cursor into it. @param input or what surrounds it */
export function focusInput(input: HTMLElement): void {
  input.scrollIntoView({ block: 'center' });
  const target = input.matches('input, textarea, select, button')
    ? input
    : (input.querySelector<HTMLElement>('input, textarea, select, button') ?? input);
  target.focus({ preventScroll: true });
}
