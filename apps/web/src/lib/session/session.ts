import { ApiProblem, toApiProblem } from '../api-problem';
import { API_ROOT } from '../api-root';
import { dropEarlyAnswers, takeEarlyAnswer } from './early-answers';
import type { AuthAnswer } from './session.types';
import { forgetView } from './view-as';

export type SessionState = { status: 'unknown' } | { status: 'anonymous' } | SignedIn;

interface SignedIn {
  status: 'signed-in';
  accessToken: string;
  expiresAt: number;
  tenantId: string;
  /** Whether the session may only set up a second factor. */
  secondFactorPending: boolean;
}

type TabMessage = { kind: 'signed-in'; state: SignedIn } | { kind: 'signed-out' };

/** Renews the token this long before it expires, so that no request starts with one about to expire. */
const EARLY_MS = 30_000;

let state: SessionState = { status: 'unknown' };
let refreshing: Promise<boolean> | undefined;
const listeners = new Set<(state: SessionState, previous: SessionState) => void>();
const channel =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('pellucid-session');

function setState(next: SessionState): void {
  const previous = state;
  state = next;
  if (next.status === 'anonymous') {
    forgetView();
    dropEarlyAnswers();
  }
  for (const listener of listeners) listener(next, previous);
}

function enter(next: SignedIn): void {
  setState(next);
  channel?.postMessage({ kind: 'signed-in', state: next } satisfies TabMessage);
}

channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
  if (data.kind === 'signed-in') setState(data.state);
  else setState({ status: 'anonymous' });
});

export function currentSession(): SessionState {
  return state;
}

/** Calls the listener on every change, including changes in other tabs. Returns a function that stops it. */
export function onSessionChange(listener: (state: SessionState, previous: SessionState) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Starts a session from a log-in answer. The token stays in memory, where scripts of another origin or a stolen disk
 * can't find it.
 */
export function beginSession(answer: AuthAnswer): void {
  const { accessToken, expiresIn, tenant, secondFactorPending } = answer;
  const expiresAt = Date.now() + expiresIn * 1000;
  enter({ status: 'signed-in', accessToken, expiresAt, tenantId: tenant.id, secondFactorPending });
}

/** Takes the token of a session that has just proven a second factor, which gives full access. */
export function proveSession({ accessToken, expiresIn }: { accessToken: string; expiresIn: number }): void {
  if (state.status !== 'signed-in') return;
  const expiresAt = Date.now() + expiresIn * 1000;
  enter({ ...state, accessToken, expiresAt, secondFactorPending: false });
}

/** Forgets the session in this tab and all others, without logging out at the API. */
export function endSession(): void {
  setState({ status: 'anonymous' });
  channel?.postMessage({ kind: 'signed-out' } satisfies TabMessage);
}

function isFresh(): boolean {
  return state.status === 'signed-in' && state.expiresAt - EARLY_MS > Date.now();
}

async function withTabLock<T>(run: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request('pellucid-refresh', run) : await run();
}

/** The answer to a refresh: the boot script's, if it already asked. */
async function askForSession(): Promise<Response> {
  const address = `${API_ROOT}/auth/refresh`;
  try {
    return await (takeEarlyAnswer(address) ?? fetch(address, { method: 'POST', credentials: 'same-origin' }));
  } catch {
    throw new ApiProblem(0, { code: 'unreachable' });
  }
}

/**
 * Gets a new access token with the refresh cookie. Only one tab refreshes at a time: the cookie rotates, and of two
 * refreshes with the same one, one would get a token that the other has replaced. `staleToken` is the refused token; if another
 * tab has replaced it meanwhile, the new one is used. Out: whether there is a session now. Throws if the API can't be
 * reached, because that proves nothing.
 */
export function refreshSession(staleToken?: string): Promise<boolean> {
  refreshing ??= withTabLock(async () => {
    if (isFresh() && state.status === 'signed-in' && state.accessToken !== staleToken) return true;
    const response = await askForSession();
    if (response.ok) {
      beginSession((await response.json()) as AuthAnswer);
      return true;
    }
    if (response.status === 429 || response.status >= 500)
      throw toApiProblem(await response.json().catch(() => ({})), response);
    // Nobody reads why there is no session. Cancelling the body frees the connection.
    await response.body?.cancel();
    if (state.status === 'signed-in') endSession();
    else setState({ status: 'anonymous' });
    return false;
  }).finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

/** Whether somebody is logged in. Asks the API once if that is not yet known. */
export async function ensureSession(): Promise<boolean> {
  if (state.status === 'anonymous') return false;
  return isFresh() ? true : await refreshSession();
}

/** A token that is not about to expire; undefined if nobody is logged in. */
export async function accessToken(): Promise<string | undefined> {
  if (state.status === 'signed-in' && !isFresh()) await refreshSession(state.accessToken);
  return state.status === 'signed-in' ? state.accessToken : undefined;
}
