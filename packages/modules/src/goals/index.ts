export { goalRecord } from './goals.record.js';
