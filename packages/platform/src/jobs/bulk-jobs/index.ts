export * from './bulk-job.types.js';
export * from './bulk-job-ends.js';
export * from './bulk-job-runner.js';
export * from './bulk-jobs.js';
export { type BulkJobFilter, BulkJobsRepository } from './bulk-jobs.repository.js';
