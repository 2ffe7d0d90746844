import { Module } from '@nestjs/common';
import { AccessModule } from '../access.module.js';
import { ExpiredSharesRepository } from './expired-shares.repository.js';
import { ShareExpiry } from './share-expiry.js';

/** Removes expired shares in the worker. */
@Module({ imports: [AccessModule], providers: [ExpiredSharesRepository, ShareExpiry] })
export class AccessWorkerModule {}
