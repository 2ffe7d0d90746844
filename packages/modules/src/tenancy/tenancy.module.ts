import { Module } from '@nestjs/common';
import { TenantProvisioner } from './tenant-provisioner.js';
import { TenantSettingsService } from './tenant-settings.service.js';
import { TenantsRepository } from './tenants.repository.js';

/** Tenants and their settings. */
@Module({
  providers: [TenantsRepository, TenantProvisioner, TenantSettingsService],
  exports: [TenantProvisioner, TenantSettingsService],
})
export class TenancyModule {}
