import { conflict, ProblemError, unauthorized, unprocessable } from '@pellucid/platform/errors';

/** 401 for a code or passkey that proves nothing; which of several reasons it is, is nobody's business. */
export const invalidSecondFactor = () =>
  unauthorized(
    'invalidSecondFactor',
    'The code is wrong or was already used. Wait for the next one or use another method.',
  );
/** 401 for a challenge that is over, used up, tried too often, or none. */
export const secondFactorEnded = () =>
  unauthorized(
    'secondFactorEnded',
    'This step took too long or had too many attempts. Log in again with e-mail and password.',
  );
/** 422 for a code or passkey that proves nothing, where somebody is logged in already. */
export const wrongProof = (pointer: string) =>
  unprocessable([
    {
      pointer,
      code: 'invalidSecondFactor',
      message: 'The code is wrong or was already used. Wait for the next one or use another method.',
    },
  ]);
/** 403: whoever found an open browser must not change how its owner logs in. */
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
/** 404's sibling for an enrolment: it has run out, or was finished. */
export const enrolmentEnded = () =>
  conflict('enrolmentEnded', 'This setup has expired or is already complete. Start again.');
/** 409: a person needs few. */
export const tooManyFactors = (most: number) =>
  conflict('tooManyFactors', `You've reached the limit of ${most} second factors. Remove one you don't use.`);
/** 409: an authenticator that holds a passkey of ours already. */
export const passkeyTaken = () =>
  conflict('passkeyTaken', 'This passkey is already in use. Choose another device or security key.');
/** 409: a company that requires one. */
export const lastSecondFactor = (company: string) =>
  conflict(
    'lastSecondFactor',
    `${company} requires a second factor. Add another before you remove this one.`,
  );
/** 409 for somebody without any. */
export const noSecondFactor = () =>
  conflict('noSecondFactor', 'No second factor is set up. Set one up first.');
/** 409: a log-in that other companies rely on is not in the hands of one of them. */
export const sharedLogIn = () =>
  conflict('sharedLogIn', 'This person also uses this log-in outside your company. Only they can change it.');
/** 409: what is one's own needs one's own proof. */
export const ownFactors = () =>
  conflict(
    'ownFactors',
    "You can't reset your own second factors here. Change them in your account or ask another administrator.",
  );
