export * from './access.types.js';
export * from './access-directory.js';
export * from './built-in-roles.js';
export * from './access.module.js';
export * from './permissions.js';
export * from './role-differences.js';
export * from './role-limits.js';
export type { ObjectDefinitions } from './tenant-definitions.js';
export * from './tenant-objects.js';
