export { type AffectedRecords, AffectedRecordsFinder, type ManyReferrers } from './affected-records.js';
export { autoNumberParticipant, beginSeries, DEFAULT_DIGITS, numberText } from './auto-numbers.js';
export { type CreationPlace, FollowChanges, type FollowedBatch } from './follow-changes.js';
export { formulaParticipant } from './formula.participant.js';
export { FormulaPlans } from './formula-plans.js';
export { Recalculation } from './recalculation.js';
export { Dependents } from './dependents.js';
