export { FilesModule } from './files.module.js';
export { fileRecord } from './files.record.js';
