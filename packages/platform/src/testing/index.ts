export * from './clamd.js';
export * from './held-writes.js';
export * from './s3-server.js';
export * from './test-database.js';
export * from './test-environment.js';
export * from './test-servers.js';
export * from './typescript-process.js';
