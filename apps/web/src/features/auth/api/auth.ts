import {
  acceptInvitation,
  confirmEmail,
  finishLogIn,
  forgotPassword,
  logIn,
  lookUpInvitation,
  register,
  type Registration,
  resetPassword,
  type SecondFactorProof,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import type { AuthAnswer, EntryAnswer } from '@/lib/session/session.types';

export type { Registration };

/** Registers a company and logs its first administrator in. Out: a session, or the question for a second factor. */
export const registerCompany = (body: Registration): Promise<EntryAnswer> => register({ body });

/** Logs in with a password. Out: a session, or the question for a second factor. */
export const enterCompany = (body: { email: string; password: string }): Promise<EntryAnswer> =>
  logIn({ body });

/** Accepts an invitation with the token of its link. Out: a session, or the question for a second factor. */
export const joinCompany = (body: { token: string; name: string; password: string }): Promise<EntryAnswer> =>
  acceptInvitation({ body });

/** What an invitation's link leads to. Fails with 422 for an invalid link, without retries. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => lookUpInvitation({ body: { token } }),
    retry: false,
  });

/** Confirms the logged-in user's address with the token of the mailed link. */
export const confirmAddress = (token: string) => confirmEmail({ body: { token } });

/** Answers the question for a second factor. Out: a session. */
export const answerQuestion = (body: SecondFactorProof): Promise<AuthAnswer> => finishLogIn({ body });

/** Requests a mail with a link for a new password. Succeeds for unknown addresses too. */
export const askForReset = (body: { email: string }) => forgotPassword({ body });

/** Sets a new password with the token of the mailed link. */
export const choosePassword = (body: { token: string; password: string }) => resetPassword({ body });
