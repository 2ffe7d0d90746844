export { noteRecord } from './notes.record.js';
export { mentionsParticipant } from './mentions.participant.js';
