import { conflict, ProblemError, unauthorized, unprocessable } from '@pellucid/platform/errors';

/** 401 for a code or passkey that proves nothing. Does not reveal the reason. */
export const invalidSecondFactor = () =>
  unauthorized(
    'invalidSecondFactor',
    'The code is wrong or was already used. Wait for the next one or use another method.',
  );
/** 401 for a challenge that has expired, was used, was tried too often, or does not exist. */
export const secondFactorEnded = () =>
  unauthorized(
    'secondFactorEnded',
    'This step took too long or had too many attempts. Log in again with e-mail and password.',
  );
/** 422 for a code or passkey that proves nothing, from somebody who is already logged in. */
export const wrongProof = (pointer: string) =>
  unprocessable([
    {
      pointer,
      code: 'invalidSecondFactor',
      message: 'The code is wrong or was already used. Wait for the next one or use another method.',
    },
  ]);
/** 403: somebody who found an open browser must not be able to change how its owner logs in. */
export const proofRequired = (methods: string[]) =>
  new ProblemError(
    403,
    'proofRequired',
    'Not allowed',
    'Confirm your password or second factor. Send `proof`.',
    {
      methods,
    },
  );
/** Like a 404, for an enrolment that has expired or was completed. */
export const enrolmentEnded = () =>
  conflict('enrolmentEnded', 'This setup has expired or is already complete. Start again.');
/** 409: the person has reached the maximum number of factors. */
export const tooManyFactors = (most: number) =>
  conflict('tooManyFactors', `You've reached the limit of ${most} second factors. Remove one you don't use.`);
/** 409: the authenticator already has a passkey for this log-in. */
export const passkeyTaken = () =>
  conflict('passkeyTaken', 'This passkey is already in use. Choose another device or security key.');
/** 409: the company requires a second factor. */
export const lastSecondFactor = (company: string) =>
  conflict(
    'lastSecondFactor',
    `${company} requires a second factor. Add another before you remove this one.`,
  );
/** 409 for a person without a second factor. */
export const noSecondFactor = () =>
  conflict('noSecondFactor', 'No second factor is set up. Set one up first.');
/** 409: one company must not change a log-in that other companies rely on. */
export const sharedLogIn = () =>
  conflict('sharedLogIn', 'This person also uses this log-in outside your company. Only they can change it.');
/** 409: one's own factors require one's own proof. */
export const ownFactors = () =>
  conflict(
    'ownFactors',
    "You can't reset your own second factors here. Change them in your account or ask another administrator.",
  );
