/** A role that an administrator views the product as. */
export interface ViewedRole {
  id: string;
  name: string;
}

/** Header that names the role to the API. */
export const VIEW_AS_HEADER = 'X-View-As-Role';

/** In this tab only: other tabs are unaffected, and closing the tab ends the view. */
const KEY = 'pellucid-view-as';

/** Codes with which the API says that the view is not, or no longer, possible. */
const ENDING = new Set(['unknownRole', 'viewAsForbidden']);

let viewed: ViewedRole | null | undefined;

/** The viewed role; undefined if the user sees the product as themselves. */
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

/** Starts viewing as the role. Reloads, because nothing of another view may stay on the screen. */
export function viewAs(role: ViewedRole): void {
  sessionStorage.setItem(KEY, JSON.stringify(role));
  location.assign('/');
}

/** Ends the view without a reload, as a log-in does. */
export function forgetView(): void {
  viewed = null;
  sessionStorage.removeItem(KEY);
}

/** Returns to the user's own view. */
export function leaveView(to = '/'): void {
  forgetView();
  location.assign(to);
}

/** Whether an answer means that the view has ended: the role is gone, or the user is no longer an administrator. */
export async function endsView(response: Response): Promise<boolean> {
  if (!viewedRole() || (response.status !== 400 && response.status !== 403)) return false;
  const problem = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { code?: string };
  return ENDING.has(problem.code ?? '');
}
