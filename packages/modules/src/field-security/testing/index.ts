export { KeyCheck } from '../keys/key-check.js';
export { StoredValues } from '../keys/stored-values.repository.js';
export { MaskingLog } from '../log/masking-log.js';
export { MaskingLogRepository } from '../log/masking-log.repository.js';
export { protectFieldJob } from '../protection/jobs/protect-field.job.js';
export { resealTokensJob } from '../tokens/jobs/reseal-tokens.job.js';
