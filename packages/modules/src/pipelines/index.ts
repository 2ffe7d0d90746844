export { PipelineDirectory, type PipelineInfo, Pipelines, type StageInfo } from './pipeline-directory.js';
export { pipelineRecord } from './pipelines.record.js';
export { PipelinesModule } from './pipelines.module.js';
export { FORECAST_CATEGORIES, REQUIRABLE_FIELDS, type StageCategory, stageRecord } from './stages.record.js';
