export { tagRecord } from './tags.record.js';
