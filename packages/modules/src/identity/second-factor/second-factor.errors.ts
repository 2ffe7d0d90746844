import { conflict, ProblemError, unauthorized, unprocessable } from '@pellucid/platform/errors';

/** 401 for a code or passkey that proves nothing; which of several reasons it is, is nobody's business. */
export const invalidSecondFactor = () =>
  unauthorized(
    'invalidSecondFactor',
    'This is not right, or it was used already. Wait for the next code, or take another way.',
  );
/** 401 for a challenge that is over, used up, tried too often, or none. */
export const secondFactorEnded = () =>
  unauthorized(
    'secondFactorEnded',
    'This step took too long or was tried too often. Begin again with e-mail and password.',
  );
/** 422 for a code or passkey that proves nothing, where somebody is logged in already. */
export const wrongProof = (pointer: string) =>
  unprocessable([
    {
      pointer,
      code: 'invalidSecondFactor',
      message: 'This is not right, or it was used already. Wait for the next code, or take another way.',
    },
  ]);
/** 403: whoever found an open browser must not change how its owner logs in. */
export const proofRequired = (methods: string[]) =>
  new ProblemError(403, 'proofRequired', 'Not allowed', 'Prove once more that it is you: give `proof`.', {
    methods,
  });
/** 404's sibling for an enrolment: it has run out, or was finished. */
export const enrolmentEnded = () =>
  conflict('enrolmentEnded', 'This took too long, was tried too often or is done already. Begin again.');
/** 409: a person needs few. */
export const tooManyFactors = (most: number) =>
  conflict('tooManyFactors', `You have ${most} second factors already: remove one that you do not use.`);
/** 409: an authenticator that holds a passkey of ours already. */
export const passkeyTaken = () =>
  conflict('passkeyTaken', 'This passkey is in use already: choose another device or key.');
/** 409: a company that requires one. */
export const lastSecondFactor = (company: string) =>
  conflict(
    'lastSecondFactor',
    `${company} requires a second factor: add another one before you remove the last.`,
  );
/** 409 for somebody without any. */
export const noSecondFactor = () =>
  conflict('noSecondFactor', 'There is no second factor. Set one up first.');
/** 409: a log-in that other companies rely on is not in the hands of one of them. */
export const sharedLogIn = () =>
  conflict(
    'sharedLogIn',
    'This person uses the same log-in outside of your company, so only they themselves can change it.',
  );
/** 409: what is one's own needs one's own proof. */
export const ownFactors = () =>
  conflict(
    'ownFactors',
    'These are your own: change them on the page of your account, or ask another administrator.',
  );
