import { conflict, forbidden, unauthorized, unprocessable } from '@pellucid/platform/errors';

/** 401, the same for an unknown address and a wrong password. */
export const invalidCredentials = () =>
  unauthorized('invalidCredentials', 'Wrong e-mail or password. Check both, or reset your password.');
/** 401 for a token that is missing, forged, for another audience or expired. Does not reveal which. */
export const invalidToken = () =>
  unauthorized(
    'invalidToken',
    'The access token is missing, expired or invalid. Refresh it or log in again.',
  );
/** 401 for a refresh cookie that does not (or no longer) belong to a session. */
export const sessionEnded = () => unauthorized('sessionEnded', 'This session has ended. Log in again.');
/** 403 for somebody without an active membership. */
export const noCompany = () =>
  forbidden(
    'noCompany',
    "You aren't an active member of any company. Ask for an invitation or register a company.",
  );
/** 403 for a company that the operator has suspended. */
export const tenantSuspended = () =>
  forbidden(
    'tenantSuspended',
    'This company is suspended. Ask an administrator or the operator of this installation.',
  );
/** 403 for a request from another site that brought our cookie. */
export const originRefused = () =>
  forbidden('originRefused', 'The request came from another site. Open the app directly.');
/** 422 for a mailed link that is not valid. */
export const linkNotValid = () =>
  unprocessable([
    {
      pointer: '/token',
      code: 'linkNotValid',
      message: 'This link was already used, has expired or was replaced. Request a new one.',
    },
  ]);
/** 409: a company without an administrator could never get one again. */
export const lastAdmin = () =>
  conflict(
    'lastAdmin',
    "The last administrator can't lose their rights. Make someone else an administrator first.",
  );
/** 409 for deactivating a member who cannot log in anyway, or reactivating one who is not inactive. */
export const cannotSwitch = (isOn: boolean, status: string) =>
  conflict(
    'memberStatus',
    isOn
      ? `You can only reactivate deactivated members. This one is ${status}.`
      : `You can only deactivate active members. This one is ${status}.`,
  );
/** 409: people who deactivate themselves could not undo it. */
export const ownAccess = () =>
  conflict('ownMembership', "You can't deactivate yourself. Ask another administrator.");
/** 403: nobody can grant rights that they do not have. */
export const roleNotGrantable = (name: string, right: string) =>
  forbidden(
    'roleNotGrantable',
    `The role "${name}" has a right you don't have (${right}), so you can't assign or remove it.`,
  );
/** 409 when two requests took the same address at the same time. */
export const emailJustTaken = () =>
  conflict('writeConflict', 'Someone else just used this e-mail address. Try again.');
/** 409 for two concurrent changes of one password. */
export const passwordJustChanged = () =>
  conflict('writeConflict', 'Your password has just been changed. Log in again.');
/** 403: what relies on the address requires the person to confirm it first. */
export const addressNotConfirmed = (whatFor: string) =>
  forbidden(
    'emailNotConfirmed',
    `Confirm your e-mail address before you ${whatFor}. Open the link in the mail we sent you or request a new one (POST /auth/verify-email/resend).`,
  );
/** 409 for confirming an address again. */
export const addressConfirmed = () => conflict('emailConfirmed', 'Your e-mail address is already confirmed.');
/** 409 for a link that was mailed to somebody other than the person who is logged in. */
export const linkOfAnother = () =>
  conflict('linkOfAnother', 'This link was sent to someone else. Log out, then open it again.');
