export * from './application.js';
export type { Arrival } from './arrival.js';
export * from './declared-endpoints.js';
export * from './endpoint.js';
export * from './endpoint.guard.js';
export * from './endpoint-registry.js';
export * from './http.module.js';
export * from './openapi.js';
export * from './problem.filter.js';
