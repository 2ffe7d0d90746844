export { accountRecord } from './accounts.record.js';
