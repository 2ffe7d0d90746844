import { client } from '@pellucid/api-client';
import { toApiProblem } from './api-problem';
import { API_ROOT } from './api-root';
import { i18n } from './i18n/i18n';
import { takeEarlyAnswer } from './session/early-answers';
import { accessToken, currentSession, refreshSession } from './session/session';
import { endsView, leaveView, VIEW_AS_HEADER, viewedRole } from './session/view-as';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Requests that need no token: they come before there is one, or are authenticated otherwise. */
const PUBLIC =
  /\/auth\/(login|second-factor|register|refresh|logout|forgot-password|reset-password|accept-invite)$/;

/** Whether the answer says that the company now requires a second factor. */
async function wantsFactor(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (body as { code?: unknown } | null)?.code === 'secondFactorRequired';
}

/** The boot script's answer to a request, if it has a successful one. */
async function earlyAnswer({ url }: Request): Promise<Response | undefined> {
  const { pathname, search } = new URL(url);
  const response = await takeEarlyAnswer(pathname + search)?.catch(() => undefined);
  return response?.ok ? response : undefined;
}

/**
 * Sends a request of the generated client: with the token and the user's language, as the viewed role if there is one.
 * Writes have an Idempotency-Key, so that the repeat after a token refresh can't write twice. Sends it once more if the
 * token was refused.
 */
async function send(request: Request): Promise<Response> {
  const isAuth = request.url.includes(`${API_ROOT}/auth/`);
  const isPublic = isAuth && PUBLIC.test(new URL(request.url).pathname);
  request.headers.set('Accept-Language', i18n.language);
  if (WRITES.has(request.method) && !isAuth && !request.headers.has('Idempotency-Key')) {
    request.headers.set('Idempotency-Key', crypto.randomUUID());
  }
  if (isPublic) return fetch(request);
  const role = viewedRole();
  const early = role || request.method !== 'GET' ? undefined : await earlyAnswer(request);
  if (early) return early;
  if (role) request.headers.set(VIEW_AS_HEADER, role.id);
  const token = await accessToken();
  const attempt = request.clone();
  if (token) attempt.headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(attempt);
  if (role && (await endsView(response))) leaveView();
  // After the refresh the session knows that a second factor is required, and the router redirects.
  if (token && (await wantsFactor(response))) await refreshSession(token);
  if (response.status !== 401 || !token) return response;
  if (!(await refreshSession(token))) return response;
  const session = currentSession();
  if (session.status !== 'signed-in') return response;
  request.headers.set('Authorization', `Bearer ${session.accessToken}`);
  return fetch(request);
}

/** Call once, before the first request. */
export function configureTransport(): void {
  client.setConfig({
    baseUrl: '',
    responseStyle: 'data',
    fetch: (input, init) => send(input instanceof Request ? input : new Request(input, init)),
  });
  client.interceptors.error.use((error, response) => toApiProblem(error, response));
}

export { client };
