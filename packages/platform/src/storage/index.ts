export * from './file-storage.js';
export * from './local-file-storage.js';
export * from './sealed-files.js';
export * from './s3-place.js';
export * from './storage.module.js';
export * from './text-objects.js';
