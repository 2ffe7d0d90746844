export { FieldSecurityModule } from './field-security.module.js';
