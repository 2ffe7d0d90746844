import { conflict, forbidden, unauthorized, unprocessable } from '@pellucid/platform/errors';

/** 401, the same for an unknown address and a wrong password. */
export const invalidCredentials = () =>
  unauthorized('invalidCredentials', 'E-mail and password do not match. Check both, or reset the password.');
/** 401 for a token that is missing, forged, for somebody else or expired; which of them is nobody's business. */
export const invalidToken = () =>
  unauthorized(
    'invalidToken',
    'The access token is missing, expired or not valid here: refresh it or log in again.',
  );
/** 401 for a refresh cookie that does not open a session (any more). */
export const sessionEnded = () => unauthorized('sessionEnded', 'This session has ended. Log in again.');
/** 403 for somebody without an active membership. */
export const noCompany = () =>
  forbidden(
    'noCompany',
    'You are not an active member of any company. Ask for an invitation, or register a company.',
  );
/** 403 for a company that the operator has closed. */
export const tenantSuspended = () =>
  forbidden(
    'tenantSuspended',
    'This company is suspended. Ask its administrator or the operator of this service.',
  );
/** 403 for a cookie that came along with another site's request. */
export const originRefused = () =>
  forbidden('originRefused', 'The request comes from another site than this service. Open the app itself.');
/** 422 for a mailed link that opens nothing. */
export const linkNotValid = () =>
  unprocessable([
    {
      pointer: '/token',
      code: 'linkNotValid',
      message:
        'This link is not valid any more: it was used, has expired or was replaced. Ask for a new one.',
    },
  ]);
/** 409: a company without an administrator could never get one again. */
export const lastAdmin = () =>
  conflict(
    'lastAdmin',
    'The last administrator cannot lose their rights: make somebody else administrator first.',
  );
/** 409 for switching off a member who cannot log in anyway, or switching on one who is not off. */
export const cannotSwitch = (isOn: boolean, status: string) =>
  conflict(
    'memberStatus',
    isOn
      ? `Only a member who was deactivated can be activated again; this one is ${status}.`
      : `Only an active member can be deactivated; this one is ${status}.`,
  );
/** 409: whoever deactivates themselves could not undo it. */
export const ownAccess = () =>
  conflict('ownMembership', 'You cannot deactivate yourself: ask another administrator.');
/** 403: nobody hands on rights they do not have. */
export const roleNotGrantable = (name: string, right: string) =>
  forbidden(
    'roleNotGrantable',
    `The role "${name}" has a right you do not have (${right}), so it is not in your hands.`,
  );
/** 409 for two that took the same address at the same moment. */
export const emailJustTaken = () =>
  conflict('writeConflict', 'Somebody used this e-mail address at the same moment. Try again.');
/** 409 for two changes of one password. */
export const passwordJustChanged = () =>
  conflict('writeConflict', 'Your password was changed at the same moment. Log in again.');
/** 403: what leans on the address waits until the person has shown that it is theirs. */
export const addressNotConfirmed = (whatFor: string) =>
  forbidden(
    'emailNotConfirmed',
    `Confirm your e-mail address before you ${whatFor}: open the link in the mail we sent you, or ask for a new one (POST /auth/verify-email/resend).`,
  );
/** 409 for a second proof. */
export const addressConfirmed = () =>
  conflict('emailConfirmed', 'Your e-mail address is confirmed already. There is nothing left to do.');
/** 409 for a link that was mailed to somebody else than the one who is logged in. */
export const linkOfAnother = () =>
  conflict('linkOfAnother', 'This link was mailed to another person. Log out, then open the link again.');
