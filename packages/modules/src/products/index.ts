export { productRecord } from './products.record.js';
