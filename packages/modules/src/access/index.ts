export { AccessModule } from './access.module.js';
export { RolesService } from './roles/roles.service.js';
export { SharesService } from './shares/shares.service.js';
