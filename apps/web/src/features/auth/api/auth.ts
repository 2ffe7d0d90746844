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

export const registerCompany = (body: Registration): Promise<EntryAnswer> => register({ body });

export const enterCompany = (body: { email: string; password: string }): Promise<EntryAnswer> =>
  logIn({ body });

export const joinCompany = (body: { token: string; name: string; password: string }): Promise<EntryAnswer> =>
  acceptInvitation({ body });

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => lookUpInvitation({ body: { token } }),
    retry: false,
  });

export const confirmAddress = (token: string) => confirmEmail({ body: { token } });

export const answerQuestion = (body: SecondFactorProof): Promise<AuthAnswer> => finishLogIn({ body });

export const askForReset = (body: { email: string }) => forgotPassword({ body });

export const choosePassword = (body: { token: string; password: string }) => resetPassword({ body });
