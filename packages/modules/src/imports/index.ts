export type { ImportOptions } from './import-options.schema.js';
export { IMPORT_FILE_KEYS, ImportFiles } from './import-files.js';
export { ImportsModule } from './imports.module.js';
export { ImportsService } from './imports.service.js';
export { IMPORT_KEYS } from './row-texts.js';
