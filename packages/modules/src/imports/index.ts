export type { ImportOptions } from './import-options.schema.js';
export { ImportsModule } from './imports.module.js';
export { ImportsService } from './imports.service.js';
