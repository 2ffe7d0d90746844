export { movedByDays, nextDay, readRule, RuleError } from './recurrence.rules.js';
