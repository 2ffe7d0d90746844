import type { LogInAnswer, LogInOrQuestion, Me as ApiMe } from '@pellucid/api-client';

/** An open session: the answer to log-in, registration, refresh, switching companies and accepting an invitation. */
export type AuthAnswer = LogInAnswer;

/** An open session, or a question for the second factor. */
export type EntryAnswer = LogInOrQuestion;

/** Who is logged in, to which company, and what they may do: `GET /auth/me`. */
export type Me = ApiMe;
