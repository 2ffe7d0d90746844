export { PurgeSchedule } from '../worker/purge-schedule.js';
