export * from './masker.js';
