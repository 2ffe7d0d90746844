import type { SecondFactorQuestion } from '@pellucid/api-client';

/** The question for a second factor that a log-in has been answered with. Of this page only: a reload begins anew. */
let asked: { question: SecondFactorQuestion; until: number } | undefined;

/** Keeps the question for the page that asks it. */
export function keepQuestion(question: SecondFactorQuestion): void {
  asked = { question, until: Date.now() + question.expiresIn * 1000 };
}

/** The question, as long as it can be answered. */
export function askedQuestion(): SecondFactorQuestion | undefined {
  return asked && asked.until > Date.now() ? asked.question : undefined;
}

export function forgetQuestion(): void {
  asked = undefined;
}
