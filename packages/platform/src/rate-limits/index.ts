export * from './endpoint-limiter.js';
export * from './rate-limit-headers.js';
export * from './rate-limiter.js';
export * from './rate-limits.module.js';
