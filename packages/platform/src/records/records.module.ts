import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { FieldKeyRing } from '../crypto/index.js';
import { FIELD_ACCESS } from './access-policy.js';
import { RecordAccess } from './record-access.js';
import { BULK_RUNNER, RecordBulk } from './bulk.js';
import type { RecordDescriptor } from './descriptor.js';
import { EventPresenter } from './event-presenter.js';
import { ObjectsController } from './objects-controller.js';
import { RecordAsOf } from './record-as-of.js';
import { recordController } from './record-controller.js';
import { RecordErasure } from './record-erasure.js';
import { RecordHistory } from './record-history.js';
import { RecordReader } from './record-reader.js';
import { RecordService } from './record.service.js';
import { RecordWriter } from './record-writer.js';
import { RecordRegistry } from './registry.js';

/** The record engine over the described objects. */
@Global()
@Module({})
export class RecordsModule {
  /**
   * @param descriptors every object of the product
   * @param options `http`: whether the generic endpoints are served
   */
  static forRoot(descriptors: RecordDescriptor[], options: { http: boolean }): DynamicModule {
    return {
      module: RecordsModule,
      controllers: options.http ? [ObjectsController, ...descriptors.map(recordController)] : [],
      providers: [
        {
          provide: RecordRegistry,
          inject: [CONFIG],
          useFactory: (config: Config) =>
            new RecordRegistry(descriptors, new FieldKeyRing(config.PELLUCID_FIELD_KEYS)),
        },
        RecordAccess,
        { provide: FIELD_ACCESS, useExisting: RecordAccess },
        RecordReader,
        RecordWriter,
        EventPresenter,
        RecordHistory,
        RecordAsOf,
        RecordErasure,
        RecordService,
        RecordBulk,
        { provide: BULK_RUNNER, useExisting: RecordBulk },
      ],
      exports: [
        RecordRegistry,
        RecordAccess,
        FIELD_ACCESS,
        RecordReader,
        RecordWriter,
        EventPresenter,
        RecordHistory,
        RecordAsOf,
        RecordErasure,
        RecordService,
        RecordBulk,
        BULK_RUNNER,
      ],
    };
  }
}
