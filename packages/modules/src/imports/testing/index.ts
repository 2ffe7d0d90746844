export * from './crm-files.js';
