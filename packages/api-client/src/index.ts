/** The client generated from the OpenAPI document: one function per operation, and their types. */
export * from './generated/index.js';
export { client } from './generated/client.gen.js';
