import type { Config } from '@pellucid/platform/config';
import { expect, test } from 'vitest';
import { RefreshCookie } from './refresh-cookie.js';

/** Whether the cookie is marked Secure for a request with this configuration. */
function isSecure(config: Partial<Config>, protocol: 'http' | 'https'): boolean {
  let secure: boolean | undefined;
  const reply = {
    setCookie: (_name: string, _value: string, options: object) => {
      secure = (options as { secure: boolean }).secure;
    },
    clearCookie: () => {},
  };
  new RefreshCookie(config as Config).set({ protocol } as never, reply, 'token');
  return secure!;
}

test('the cookie is Secure over https, behind an https address and in production', () => {
  expect(isSecure({ NODE_ENV: 'development' }, 'https')).toBe(true);
  expect(isSecure({ NODE_ENV: 'development', PELLUCID_PUBLIC_URL: 'https://crm.example.com' }, 'http')).toBe(
    true,
  );
  expect(isSecure({ NODE_ENV: 'production' }, 'http')).toBe(true);
});

test('the cookie is sent over plain http if the product is served over plain http', () => {
  expect(isSecure({ NODE_ENV: 'development' }, 'http')).toBe(false);
  expect(isSecure({ NODE_ENV: 'production', PELLUCID_PUBLIC_URL: 'http://crm.internal' }, 'http')).toBe(
    false,
  );
});
