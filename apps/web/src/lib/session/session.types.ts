import type { LogInAnswer, LogInOrQuestion, Me as ApiMe } from '@pellucid/api-client';

/** An open session, as log-in, registration, refresh, switch and accepted invitation answer it. */
export type AuthAnswer = LogInAnswer;

/** An open session, or a question for the second factor. */
export type EntryAnswer = LogInOrQuestion;

/** Who is signed in, where, and what they may do: `GET /auth/me`. */
export type Me = ApiMe;
