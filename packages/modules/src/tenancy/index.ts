export { catalogueFor, LOCALES } from './catalogues/index.js';
export { subdomainSchema } from './subdomain.rules.js';
export { TenancyModule } from './tenancy.module.js';
export {
  type FirstMember,
  type ProvisionedTenant,
  TenantProvisioner,
  type TenantWish,
} from './tenant-provisioner.js';
export { TenantSettingsService } from './tenant-settings.service.js';
export {
  canonicalLocale,
  canonicalZone,
  companyNameSchema,
  currencySchema,
  localeSchema,
  zoneSchema,
} from './tenant-settings.schema.js';
