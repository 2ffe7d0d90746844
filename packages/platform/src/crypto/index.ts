export * from './field-key-ring.js';
export * from './record-secrets.js';
