import { Global, Module } from '@nestjs/common';
import { ProvisioningRegistry } from './provisioning-registry.js';
import { SettingsChecks } from './settings-checks.js';

/** Where modules put what they add to tenants, for API and worker. */
@Global()
@Module({
  providers: [ProvisioningRegistry, SettingsChecks],
  exports: [ProvisioningRegistry, SettingsChecks],
})
export class TenancyRegistriesModule {}
