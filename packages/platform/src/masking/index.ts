export * from './masker.js';
export * from './partial-texts.js';
