import { Module } from '@nestjs/common';
import { BulkModule } from '../bulk.module.js';
import { BulkController } from './bulk.controller.js';

/** Provides the endpoints of bulk jobs. */
@Module({ imports: [BulkModule], controllers: [BulkController] })
export class BulkHttpModule {}
