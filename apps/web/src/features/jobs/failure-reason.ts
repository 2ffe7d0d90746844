/** The reasons that the catalogue has sentences for, beside those that have one under their own code. */
const OF_A_KIND: [pattern: RegExp, key: string][] = [
  [/^ZodError$/, 'invalidPayload'],
  [/^(permissionMissing|outOfScope|fieldNotWritable|forbidden)$/, 'notAllowed'],
  [/^(08...|53...|57P..|E[A-Z_]+)$/, 'unreachable'],
  [/^[0-9A-Z]{5}$/, 'database'],
];
const OWN = new Set(['unknownJob', 'timeout', 'workerDied', 'TransientError', 'notFound']);

/** In: the code of why a job failed, or the type of its error. Out: the key of the sentence in the catalogue. */
export function reasonKey(reason: string): string {
  if (OWN.has(reason)) return reason;
  return OF_A_KIND.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other';
}
