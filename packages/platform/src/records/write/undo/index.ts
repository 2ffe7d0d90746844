export { labelOf } from './record-undo.js';
export { undoBatch } from './undo-batch.js';
export type { KeptReason, UndoCounts, UndoOutcome } from './undo-outcome.js';
export { UndoOutcomes } from './undo-outcome.js';
export { UNDO_BATCH, UNDO_START, type UndoCursor, type UndoneCause } from './undo-plan.js';
export { type PreviewedRecord, previewUndo } from './undo-preview.js';
export type { ShareTerms, UndoneShare, UndoneSharing } from './undone-shares.js';
