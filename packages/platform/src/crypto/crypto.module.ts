import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { PlatformPool } from '../db/platform-pool.js';
import { InstallationKeys } from './installation-keys.js';
import { MasterKeys } from './master-keys.js';

/**
 * Provides the master keys and the keys that are derived from them once for all. Needs CONFIG and the DatabaseModule.
 */
@Global()
@Module({
  providers: [
    { provide: MasterKeys, inject: [CONFIG], useFactory: (config: Config) => MasterKeys.of(config) },
    {
      provide: InstallationKeys,
      inject: [PlatformPool, MasterKeys],
      useFactory: (platform: PlatformPool, keys: MasterKeys) => new InstallationKeys(platform, keys),
    },
  ],
  exports: [MasterKeys, InstallationKeys],
})
export class CryptoModule {}
