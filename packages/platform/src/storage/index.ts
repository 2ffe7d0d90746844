export * from './file-storage.js';
export * from './local-file-storage.js';
export * from './sealed-files.js';
export * from './storage.module.js';
