export { legalEntityRecord } from './legal-entities.record.js';
