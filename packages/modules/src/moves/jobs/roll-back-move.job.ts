import { defineBulkJob } from '@pellucid/platform/jobs';

/** Rolls a move back. Every attempt makes progress, so many are allowed. */
export const rollBackMoveJob = defineBulkJob('moves.rollBack', { attempts: 20 });
