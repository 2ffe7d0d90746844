/** What an input or a group of inputs that holds a mistake looks like in the page. */
const WRONG = '[aria-invalid="true"], [data-error="true"]';

/**
 * Brings the first input with a mistake into view and puts the cursor into it, once it is drawn.
 *
 * @param form gives the form, or anything that holds the inputs; null where it is gone
 */
export function focusFirstProblem(form: () => ParentNode | null | undefined): void {
  requestAnimationFrame(() => {
    const first = form()?.querySelector<HTMLElement>(WRONG);
    if (!first) return;
    first.scrollIntoView({ block: 'center' });
    const input = first.matches('input, textarea, select, button')
      ? first
      : (first.querySelector<HTMLElement>('input, textarea, select, button') ?? first);
    input.focus({ preventScroll: true });
  });
}
