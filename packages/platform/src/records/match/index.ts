export { type Compared, type ConditionScore, isFuzzy, judged, type RuleScore } from './judge.js';
export {
  comparedForm,
  keyFormOf,
  keysOf,
  matchPlans,
  type MatchPlan,
  type MatchSide,
  planOf,
  plansFor,
  soughtKeys,
} from './match-plans.js';
export { atWork, tellable } from './seen-records.js';
export { DEFAULT_THRESHOLD, likeness, soundsOf } from './similarity.js';
export { type TriedRecord, TriedRecords } from './tried-records.js';
export { takeTurns } from './turns.js';
