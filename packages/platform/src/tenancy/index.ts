export * from './provisioning-registry.js';
export * from './settings-checks.js';
export * from './tenancy-registries.module.js';
