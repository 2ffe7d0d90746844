export { type FieldChange, type LoggedEvent, logStatement, securityEventStatements } from './event-log.js';
export { applyChange, lineChanges, linesOfTable, tableOf } from './line-changes.js';
export { PastStates } from './past-states.js';
export { RecordAsOf } from './record-as-of.js';
export { RecordHistory } from './record-history.js';
