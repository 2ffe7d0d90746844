export { ProductWords } from '../product-words.js';
export { PurgeSchedule } from '../worker/purge-schedule.js';
