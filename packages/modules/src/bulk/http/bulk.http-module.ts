import { Module } from '@nestjs/common';
import { BulkModule } from '../bulk.module.js';
import { BulkPages } from '../bulk-pages.service.js';
import { BulkController } from './bulk.controller.js';

/** Provides the endpoints of bulk jobs. */
@Module({ imports: [BulkModule], providers: [BulkPages], controllers: [BulkController] })
export class BulkHttpModule {}
