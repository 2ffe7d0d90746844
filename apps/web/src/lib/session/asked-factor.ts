import type { SecondFactorQuestion } from '@pellucid/api-client';

/**
 * The second-factor question that a log-in was answered with. Kept in this page only; after a reload the user starts
 * over.
 */
let asked: { question: SecondFactorQuestion; until: number } | undefined;

/** Keeps the question for the page that shows it. */
export function keepQuestion(question: SecondFactorQuestion): void {
  asked = { question, until: Date.now() + question.expiresIn * 1000 };
}

/** The question, unless it has expired. */
export function askedQuestion(): SecondFactorQuestion | undefined {
  return asked && asked.until > Date.now() ? asked.question : undefined;
}

export function forgetQuestion(): void {
  asked = undefined;
}
