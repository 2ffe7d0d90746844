/** A role through whose eyes an administrator looks at the product. */
export interface ViewedRole {
  id: string;
  name: string;
}

/** Header that names the role to the API. */
export const VIEW_AS_HEADER = 'X-View-As-Role';

/** Of this tab only: another one goes on as before, and closing it ends the view. */
const KEY = 'pellucid-view-as';

/** Answers by which the API says that there is nothing (any more) to look through. */
const ENDING = new Set(['unknownRole', 'viewAsForbidden']);

let viewed: ViewedRole | null | undefined;

/** The role that is looked through; undefined where the person sees what they may see. */
export function viewedRole(): ViewedRole | undefined {
  if (viewed === undefined) {
    try {
      viewed = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as ViewedRole | null;
    } catch {
      viewed = null;
    }
  }
  return viewed ?? undefined;
}

/** Begins to look through the role. Everything is drawn anew: nothing of another view may stay on the screen. */
export function viewAs(role: ViewedRole): void {
  sessionStorage.setItem(KEY, JSON.stringify(role));
  location.assign('/');
}

/** Ends the view without drawing anything, as a log-in does. */
export function forgetView(): void {
  viewed = null;
  sessionStorage.removeItem(KEY);
}

/** Goes back to what the person themself may see. */
export function leaveView(to = '/'): void {
  forgetView();
  location.assign(to);
}

/** Whether an answer means that the view has ended: the role is gone, or one is no administrator any more. */
export async function endsView(response: Response): Promise<boolean> {
  if (!viewedRole() || (response.status !== 400 && response.status !== 403)) return false;
  const problem = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  return ENDING.has(problem.code ?? '');
}
