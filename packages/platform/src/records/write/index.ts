export { previewDeletion } from './deletion.js';
export {
  earlierAnswer,
  idempotencyLookup,
  type IdempotencyRequest,
  keepAnswer,
  requestHash,
} from './idempotency.js';
export type { WriteParticipant } from './participants.js';
export { mergeRecords } from './merge-records.js';
export { RecordWriter } from './record-writer.js';
export type { ReferrerPolicy } from './referrers.js';
export { emptyFieldStatements } from './restate-statements.js';
export { repeatOnDeadlock, rowProblem } from './write-problems.js';
export type { RowOutcome, WriteInput, WriteOptions } from './write-request.js';
