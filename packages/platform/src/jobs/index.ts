export * from './bulk-jobs/index.js';
export * from './dead-letters.js';
export * from './job-batches.js';
export * from './job-contract.js';
export * from './job-error.js';
export {
  JobHandler,
  JobHandlerError,
  type JobHandling,
  JobHandlerRegistry,
  type JobRun,
} from './job-handler.js';
export { type EnqueueOptions, JobQueue } from './job-queue.js';
export { JobRunner } from './job-runner.js';
export * from './jobs.module.js';
export * from './jobs.service.js';
export * from './schedules.js';
export * from './ticker.js';
export * from './wake-queue.js';
