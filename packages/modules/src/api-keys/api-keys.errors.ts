import { conflict, forbidden, ProblemError, unauthorized } from '@pellucid/platform/errors';

/** 401 for an unknown key. Does not reveal whether the company or the key exists. */
export const invalidKey = () =>
  unauthorized('invalidKey', 'Unknown API key. Check that you copied all of it.');
/** 401 for a request with two different credentials: guessing which one is meant could apply the wrong rights. */
export const twoCredentials = () =>
  unauthorized('twoCredentials', 'Authorization and X-Api-Key hold different credentials. Send only one.');
/** 401 for a key that was revoked. */
export const keyRevoked = () =>
  unauthorized('keyRevoked', 'This API key was revoked: ask for a new one where you got it.');
/** 401 for a secret that was replaced by a rotation. */
export const keyReplaced = () =>
  unauthorized('keyRevoked', 'This API key was rotated and has stopped working. Use the new one.');
/** 401 for an expired key. */
export const keyExpired = () =>
  unauthorized('keyExpired', 'This API key has expired. Rotate it or create a new one.');
/** 401 for a request from an address that the key does not allow. */
export const keyAddress = (ip: string) =>
  unauthorized('keyAddress', `This API key can't be used from ${ip}. Add the address to the key.`);
/** 409 for changing a revoked key. */
export const keyHasEnded = () =>
  conflict('keyRevoked', 'This API key is revoked for good. Create a new one.');
/** 403: nobody can grant rights that they do not have, neither to a key nor by replacing a stronger key's secret. */
export const roleNotGrantable = (name: string, excess: string) =>
  forbidden(
    'roleNotGrantable',
    `The role "${name}" lets its holders ${excess}, which you can't do yourself. Choose a role within your own rights or ask an administrator.`,
  );
/** 412 for a change that is based on an older version. */
export const versionConflict = (current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this API key. Reload it and repeat your change.',
    { current },
  );
