export { RecordAggregates } from './record-aggregates.js';
export {
  type AggregateAnswer,
  type AggregateRequest,
  BUCKETS,
  GROUPS_BY_DEFAULT,
  MEASURE_FUNCTIONS,
  MOST_DIMENSIONS,
  MOST_GROUPS,
  MOST_MEASURES,
} from './request.js';
