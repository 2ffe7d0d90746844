import { Global, Module } from '@nestjs/common';
import { ProvisioningRegistry } from './provisioning-registry.js';
import { SettingsChecks } from './settings-checks.js';

/** Provides the registries for what modules add to tenants, in API and worker. */
@Global()
@Module({
  providers: [ProvisioningRegistry, SettingsChecks],
  exports: [ProvisioningRegistry, SettingsChecks],
})
export class TenancyRegistriesModule {}
