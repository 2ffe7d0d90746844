import { client } from '@pellucid/api-client';
import { toApiProblem } from './api-problem';
import { API_ROOT } from './api-root';
import { i18n } from './i18n/i18n';
import { takeEarlyAnswer } from './session/early-answers';
import { accessToken, currentSession, refreshSession } from './session/session';
import { endsView, leaveView, VIEW_AS_HEADER, viewedRole } from './session/view-as';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** What needs no token: it is asked before there is one, or proven otherwise. */
const PUBLIC =
  /\/auth\/(login|second-factor|register|refresh|logout|forgot-password|reset-password|accept-invite)$/;

/** Whether the answer says that the company has begun to require a second factor. */
async function wantsFactor(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (body as { code?: unknown } | null)?.code === 'secondFactorRequired';
}

/** The answer that the boot script has got for a request, where it is a good one. */
async function earlyAnswer({ url }: Request): Promise<Response | undefined> {
  const { pathname, search } = new URL(url);
  const response = await takeEarlyAnswer(pathname + search)?.catch(() => undefined);
  return response?.ok ? response : undefined;
}

/**
 * Sends a request of the generated client: with the token, in the person's language, writes with an
 * Idempotency-Key (so that the repeat after a renewed token cannot write twice), through the eyes of the role that
 * is looked through, and once more when the token was refused.
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
  // Refreshed, the session knows that it is held up, and the router leads to where it can go on.
  if (token && (await wantsFactor(response))) await refreshSession(token);
  if (response.status !== 401 || !token) return response;
  if (!(await refreshSession(token))) return response;
  const session = currentSession();
  if (session.status !== 'signed-in') return response;
  request.headers.set('Authorization', `Bearer ${session.accessToken}`);
  return fetch(request);
}

/** Call once before the first request. */
export function configureTransport(): void {
  client.setConfig({
    baseUrl: '',
    throwOnError: true,
    responseStyle: 'data',
    fetch: (input, init) => send(input instanceof Request ? input : new Request(input, init)),
  });
  client.interceptors.error.use((error, response) => toApiProblem(error, response));
}

export { client };
