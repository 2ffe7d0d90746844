export { rewrapKeysJob } from '../jobs/rewrap-keys.job.js';
export { MasterKeyCheck } from '../master-key-check.js';
export { WRAPPED_PLACES } from '../wrapped-places.js';
