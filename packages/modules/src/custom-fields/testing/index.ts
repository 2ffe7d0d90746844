export { purgeFieldJob } from '../jobs/purge-field.job.js';
