export { documentOf, firstLineOf, parseDocument, plainTextOf } from './stored-document.js';
export { markdownOf } from './markdown-out.js';
