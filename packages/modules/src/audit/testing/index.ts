export { AuditLogRepository } from '../audit-log.repository.js';
export { AnchorFiles } from '../sealing/anchor-file.js';
export { SealKeys } from '../sealing/seal.js';
export { SealedLog } from '../sealing/sealed-log.repository.js';
export { SealsRepository } from '../sealing/seals.repository.js';
export { type Finding, SealVerification } from '../sealing/verification.js';
export { AuditSealer } from '../worker/audit-sealer.js';
