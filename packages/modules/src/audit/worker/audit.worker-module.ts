import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { anchorsOf } from '../sealing/anchors-of.js';
import { ANCHORS } from '../sealing/anchors.js';
import { AuditModule } from '../audit.module.js';
import { AuditSealer } from './audit-sealer.js';
import { SealedPlaces } from './sealed-places.js';

/** Seals the log in the worker. */
@Module({
  imports: [AuditModule],
  providers: [
    { provide: ANCHORS, inject: [CONFIG], useFactory: (config: Config) => anchorsOf(config) },
    AuditSealer,
    SealedPlaces,
  ],
  exports: [AuditSealer],
})
export class AuditWorkerModule {}
