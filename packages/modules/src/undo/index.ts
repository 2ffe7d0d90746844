export { UndoModule } from './undo.module.js';
export { UndoRepository } from './undo.repository.js';
export { UNDO_JOB_START, type UndoJobCursor, undoStep } from './jobs/undo-step.js';
export { undoPreview } from './http/undo.schemas.js';
