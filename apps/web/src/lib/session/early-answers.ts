/** An answer that was asked for before the app was there, by the boot script. */
interface EarlyAnswer {
  answer: Promise<Response>;
  askedAt: number;
}

declare global {
  /** Handed from the boot script, a bundle of its own, to the app. */
  var pellucidEarlyAnswers: Map<string, EarlyAnswer> | undefined;
}

/** Older answers are asked for anew. */
const MAX_AGE_MS = 15_000;

/** In: path and query of a request, and its answer. */
export function keepEarlyAnswer(address: string, answer: Promise<Response>): void {
  // Whoever takes it sees the failure; nobody may.
  answer.catch(() => {});
  globalThis.pellucidEarlyAnswers ??= new Map();
  globalThis.pellucidEarlyAnswers.set(address, { answer, askedAt: performance.now() });
}

/** The early answer to a request, once; undefined where there is none. */
export function takeEarlyAnswer(address: string): Promise<Response> | undefined {
  const early = globalThis.pellucidEarlyAnswers?.get(address);
  globalThis.pellucidEarlyAnswers?.delete(address);
  return early && performance.now() - early.askedAt < MAX_AGE_MS ? early.answer : undefined;
}

/** Early answers belong to the session that asked: call this when it ends. */
export function dropEarlyAnswers(): void {
  globalThis.pellucidEarlyAnswers?.clear();
}
