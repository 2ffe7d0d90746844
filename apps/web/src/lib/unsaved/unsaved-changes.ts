/** What on the page would be lost by leaving it. One list for pages, drawers and dialogs. */
export type UnsavedSource = () => boolean;

const sources = new Set<UnsavedSource>();
let ask: ((go: () => void) => void) | undefined;

/** In: tells whether something is unsaved. Out: takes it off the list. */
export function addUnsaved(source: UnsavedSource): () => void {
  sources.add(source);
  return () => sources.delete(source);
}

/** Whether anything on the page is unsaved. */
export function hasUnsaved(): boolean {
  return [...sources].some((isDirty) => isDirty());
}

/** In: shows the question and runs `go` on "Discard". Out: takes the question away. */
export function setLeaveQuestion(show: (go: () => void) => void): () => void {
  ask = show;
  return () => {
    if (ask === show) ask = undefined;
  };
}

/** Goes at once where nothing is unsaved, else asks first. */
export function leaveUnsaved(isDirty: boolean, go: () => void): void {
  if (isDirty && ask) ask(go);
  else go();
}
