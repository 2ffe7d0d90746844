import { Module } from '@nestjs/common';
import { MasterKeyUpkeep } from './master-key-upkeep.js';
import { WrappedKeysRepository } from '../wrapped-keys.repository.js';
import { RewrapKeysHandler } from './rewrap-keys.handler.js';

/** Rewraps secrets with the current master key. */
@Module({
  providers: [WrappedKeysRepository, RewrapKeysHandler, MasterKeyUpkeep],
  exports: [MasterKeyUpkeep],
})
export class InstallationKeysWorkerModule {}
