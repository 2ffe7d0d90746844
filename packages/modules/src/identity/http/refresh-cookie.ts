import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import type { ApiRequest } from '@pellucid/platform/http';
import { SESSION_DAYS } from '../sessions.repository.js';

/** Name of the cookie that holds the refresh token. */
export const REFRESH_COOKIE = 'pellucid_refresh';
const PATH = '/api/v1/auth';

/** The methods that the cookie plugin adds to a reply. */
export interface CookieReply {
  setCookie(name: string, value: string, options: object): unknown;
  clearCookie(name: string, options: object): unknown;
}

/** Sends the refresh token to the browser and reads it from requests. */
@Injectable()
export class RefreshCookie {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Sets the token as an HttpOnly cookie that is sent to the auth endpoints only. */
  set(request: ApiRequest, reply: CookieReply, token: string): void {
    reply.setCookie(REFRESH_COOKIE, token, {
      ...cookieAttributes(this.config, request),
      maxAge: SESSION_DAYS.idle * 86_400,
    });
  }

  clear(request: ApiRequest, reply: CookieReply): void {
    reply.clearCookie(REFRESH_COOKIE, cookieAttributes(this.config, request));
  }

  read(request: ApiRequest): string | undefined {
    return readCookie(request, REFRESH_COOKIE);
  }
}

/**
 * Returns attributes of cookies for the auth endpoints: no script can read them, and no other site's request sends
 * them.
 */
export function cookieAttributes(config: Config, request: ApiRequest) {
  return { httpOnly: true, sameSite: 'strict' as const, path: PATH, secure: isSecure(config, request) };
}

/** Secure for https; also in production, since a proxy may terminate TLS, unless the public URL says otherwise. */
function isSecure(config: Config, request: ApiRequest): boolean {
  const publicUrl = config.PELLUCID_PUBLIC_URL;
  if (publicUrl) return publicUrl.startsWith('https:');
  return request.protocol === 'https' || config.NODE_ENV === 'production';
}

/** Returns the value of a cookie, if the request has it. */
export function readCookie(request: ApiRequest, name: string): string | undefined {
  return (request as ApiRequest & { cookies?: Record<string, string | undefined> }).cookies?.[name];
}
