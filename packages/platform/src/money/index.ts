export * from './iso-4217.js';
