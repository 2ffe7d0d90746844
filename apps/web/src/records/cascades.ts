/**
 * Shows the progress of jobs that change records linked to deleted ones. The notice stays until it is closed, also on
 * other pages.
 * @param ids of bulk jobs; nothing is shown if there are none
 */
export function followCascades(ids: string[]): void {
  if (ids.length === 0) return;
  void import('./cascade-notice').then(({ showCascade }) => {
    for (const id of ids) showCascade(id);
  });
}
