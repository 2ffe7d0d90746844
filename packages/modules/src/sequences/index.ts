export { sequenceRecord, sequenceRunRecord } from './sequences.record.js';
