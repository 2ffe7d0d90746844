import { Module } from '@nestjs/common';
import { MasterKeyUpkeep } from './master-key-upkeep.js';
import { WrappedKeysRepository } from '../wrapped-keys.repository.js';
import { RewrapKeysHandler } from './rewrap-keys.handler.js';

/** Brings what is wrapped under the present master key. */
@Module({
  providers: [WrappedKeysRepository, RewrapKeysHandler, MasterKeyUpkeep],
  exports: [MasterKeyUpkeep],
})
export class InstallationKeysWorkerModule {}
