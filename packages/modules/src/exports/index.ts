export { EXPORT_PART_KEYS } from './export-files.js';
export { ExportsModule } from './exports.module.js';
