export * from './crypto.module.js';
export * from './field-key-ring.js';
export * from './installation-keys.js';
export * from './master-keys.js';
export * from './record-secrets.js';
export * from './sealed-stream.js';
export * from './wrapped-keys.js';
