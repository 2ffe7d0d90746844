/** Matches an input or group of inputs that has an error. */
const WRONG = '[aria-invalid="true"], [data-error="true"]';

/** Inputs with an error, in page order. For a group and its input, only the input. */
export function wrongInputs(form: ParentNode | null | undefined): HTMLElement[] {
  const marked = [...(form?.querySelectorAll<HTMLElement>(WRONG) ?? [])];
  return marked.filter((element) => element.querySelector(WRONG) === null);
}

/** Scrolls an input into view and focuses it. @param input or an element that contains it */
export function focusInput(input: HTMLElement): void {
  input.scrollIntoView({ block: 'center' });
  const target = input.matches('input, textarea, select, button')
    ? input
    : (input.querySelector<HTMLElement>('input, textarea, select, button') ?? input);
  target.focus({ preventScroll: true });
}
