export { leaversAmong } from './leavers.participant.js';
export { memberRecord } from './members.record.js';
