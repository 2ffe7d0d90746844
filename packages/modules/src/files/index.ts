export { FILE_PART_KEYS } from './file-bytes.js';
export { FilesModule } from './files.module.js';
export { fileRecord } from './files.record.js';
