export { memberRecord } from './members.record.js';
