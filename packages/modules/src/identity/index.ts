export { OwnSite } from './http/own-site.js';
export { IdentityModule } from './identity.module.js';
export { LinkEntrance } from './link-entrance.js';
export { MemberRolesService } from './member-roles.service.js';
export { type ReachableMember, ReachableMembers } from './reachable-members.repository.js';
export { RegistrationService, type Registration } from './registration.service.js';
export { RoleGrants } from './role-grants.js';
export { SessionsRepository } from './sessions.repository.js';
export { FACTOR_SECRETS } from './second-factor/factor-secrets.js';
