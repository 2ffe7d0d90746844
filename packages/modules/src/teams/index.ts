export { teamRecord } from './teams.record.js';
