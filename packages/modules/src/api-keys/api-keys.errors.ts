import { conflict, forbidden, ProblemError, unauthorized } from '@pellucid/platform/errors';

/** 401 for what is no key of this service; whether company or key exist is nobody's business. */
export const invalidKey = () =>
  unauthorized('invalidKey', 'Unknown API key. Check that you copied all of it.');
/** 401 for a request with two credentials: guessing which one is meant could mean the wrong rights. */
export const twoCredentials = () =>
  unauthorized('twoCredentials', 'Authorization and X-Api-Key hold different credentials. Send only one.');
/** 401 for a key that was revoked. */
export const keyRevoked = () =>
  unauthorized('keyRevoked', 'This API key was revoked: ask for a new one where you got it.');
/** 401 for a secret that a rotation has replaced. */
export const keyReplaced = () =>
  unauthorized('keyRevoked', 'This API key was rotated and has stopped working. Use the new one.');
/** 401 for a key past its expiry. */
export const keyExpired = () =>
  unauthorized('keyExpired', 'This API key has expired. Rotate it or create a new one.');
/** 401 for a request from elsewhere than the key allows. */
export const keyAddress = (ip: string) =>
  unauthorized('keyAddress', `This API key can't be used from ${ip}. Add the address to the key.`);
/** 409 for changing a key that has ended for good. */
export const keyHasEnded = () =>
  conflict('keyRevoked', 'This API key is revoked for good. Create a new one.');
/** 403: nobody hands on rights they do not have, neither to a key nor by taking over a stronger key's secret. */
export const roleNotGrantable = (name: string, excess: string) =>
  forbidden(
    'roleNotGrantable',
    `The role "${name}" lets its holders ${excess}, which you can't do yourself. Choose a role within your own rights or ask an administrator.`,
  );
/** 412 for a change that was made on an older version. */
export const versionConflict = (current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this API key. Reload it and repeat your change.',
    { current },
  );
