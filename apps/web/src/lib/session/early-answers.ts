/** The answer to a request that the boot script sent before the app was loaded. */
interface EarlyAnswer {
  answer: Promise<Response>;
  askedAt: number;
}

declare global {
  /** Passed from the boot script, a separate bundle, to the app. */
  var pellucidEarlyAnswers: Map<string, EarlyAnswer> | undefined;
}

/** Older answers are requested again. */
const MAX_AGE_MS = 15_000;

/** In: path and query of a request, and its answer. */
export function keepEarlyAnswer(address: string, answer: Promise<Response>): void {
  // The caller that takes the answer handles a failure. Nobody may take it.
  answer.catch(() => {});
  globalThis.pellucidEarlyAnswers ??= new Map();
  globalThis.pellucidEarlyAnswers.set(address, { answer, askedAt: performance.now() });
}

/** The early answer to a request, given only once; undefined if there is none. */
export function takeEarlyAnswer(address: string): Promise<Response> | undefined {
  const early = globalThis.pellucidEarlyAnswers?.get(address);
  globalThis.pellucidEarlyAnswers?.delete(address);
  return early && performance.now() - early.askedAt < MAX_AGE_MS ? early.answer : undefined;
}

/** Drops early answers, which belong to the session that requested them. Call this when it ends. */
export function dropEarlyAnswers(): void {
  globalThis.pellucidEarlyAnswers?.clear();
}
