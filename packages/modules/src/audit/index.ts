export { AuditModule } from './audit.module.js';
export { KeptSealKeys } from './sealing/kept-seal-keys.js';
