export { ExplainModule } from './explain.module.js';
export { type Explanation, type ExplanationStep, ExplainService } from './explain.service.js';
