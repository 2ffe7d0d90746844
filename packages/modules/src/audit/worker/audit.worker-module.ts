import { Module } from '@nestjs/common';
import { AuditModule } from '../audit.module.js';
import { AuditSealer } from './audit-sealer.js';
import { SealedPlaces } from './sealed-places.js';

/** Seals the log in the worker. */
@Module({ imports: [AuditModule], providers: [AuditSealer, SealedPlaces], exports: [AuditSealer] })
export class AuditWorkerModule {}
