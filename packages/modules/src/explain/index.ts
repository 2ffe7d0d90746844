export { ExplainModule } from './explain.module.js';
export { type Explanation, type ExplanationStep, ExplainService } from './explain.service.js';
export { type RecordRights, RightsService } from './rights.service.js';
