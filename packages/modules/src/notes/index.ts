export { noteRecord } from './notes.record.js';
export { mentionsField } from './mentions-field.js';
export { mentionsParticipant } from './mentions.participant.js';
