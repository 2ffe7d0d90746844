export * from './jobs/deliver.job.js';
export * from './mail-channel.js';
export * from './outbound.js';
export * from './outbound-channel.js';
export * from './outbound-kind.js';
export * from './outbound.module.js';
export * from './undelivered.js';
