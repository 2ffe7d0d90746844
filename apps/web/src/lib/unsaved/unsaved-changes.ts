/** Everything on the page that leaving would lose. One list for pages, drawers and dialogs. */
export type UnsavedSource = () => boolean;

const sources = new Set<UnsavedSource>();
let ask: ((go: () => void) => void) | undefined;

/** In: tells whether something is unsaved. Out: a function that removes it from the list. */
export function addUnsaved(source: UnsavedSource): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

/** Whether the page has unsaved changes. */
export function hasUnsaved(): boolean {
  return [...sources].some((isDirty) => isDirty());
}

/** In: shows the question and runs `go` on "Discard". Out: a function that removes the question. */
export function setLeaveQuestion(show: (go: () => void) => void): () => void {
  ask = show;
  return () => {
    if (ask === show) ask = undefined;
  };
}

/** Runs `go` at once if nothing is unsaved, else asks first. */
export function leaveUnsaved(isDirty: boolean, go: () => void): void {
  if (isDirty && ask) ask(go);
  else go();
}
