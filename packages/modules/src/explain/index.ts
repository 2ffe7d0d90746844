export { ExplainModule } from './explain.module.js';
export { ExplainService } from './explain.service.js';
export type { Explanation, ExplanationStep } from './explanation.js';
export { type RecordRights, RightsService } from './rights.service.js';
