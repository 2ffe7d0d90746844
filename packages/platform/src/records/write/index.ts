export * from './undo/index.js';
export { addTargets, type Cascade, type CascadeJobs } from './cascades.js';
export { type MovedRecords, movedRecords, previewDeletion } from './deletion.js';
export {
  bringBack,
  type EffectFrame,
  effectsAfter,
  type StoredEffect,
  undoable,
} from './deletion-effects.js';
export { DeletionPlan, type Effect } from './deletion-plan.js';
export { applyEffects, type EffectHands } from './effect-writes.js';
export {
  earlierAnswer,
  idempotencyLookup,
  keepAnswer,
} from './idempotency.js';
export type { WriteBatch, WriteParticipant } from './participants.js';
export {
  chosenValues,
  type ChosenValues,
  type MergeChoice,
  type MergedRecord,
  problemsOfChoices,
} from './merge-choices.js';
export { type MergedRecords, mergeRecords } from './merge-records.js';
export { BATCH_SIZE, RecordWriter } from './record-writer.js';
export { holdsOn, type ReferrerPolicy, referringRows } from './referrers.js';
export { emptyFieldStatements } from './restate-statements.js';
export { prepareEdits, type ValueEdit, valueEditSchema } from './value-edits.js';
export { rowProblem, staleVersion } from './write-problems.js';
export { duplicatesFor, type RowOutcome, type WriteInput, type WriteOptions } from './write-request.js';
export { parseFieldValue } from './record-input.js';
export type { CascadeJob, WriteRow } from './write-row.js';
