export { CustomFieldsModule } from './custom-fields.module.js';
export { type KeptField, MadeFieldsService } from './made-fields.service.js';
export { CustomFieldsService } from './custom-fields.service.js';
