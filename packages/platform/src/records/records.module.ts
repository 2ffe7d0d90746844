import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { FieldKeyRing } from '../crypto/index.js';
import { FIELD_ACCESS } from './decide/access-policy.js';
import { RecordAccess } from './decide/record-access.js';
import { BULK_RUNNER, RecordBulk } from './serve/bulk.js';
import type { RecordDescriptor } from './describe/descriptor.js';
import { EventPresenter } from './remember/event-presenter.js';
import { ObjectsController } from './serve/objects-controller.js';
import { PastStates } from './remember/past-states.js';
import { RecordAsOf } from './remember/record-as-of.js';
import { customRecordController, recordController } from './serve/record-controller.js';
import { RecordCascades } from './serve/record-cascades.js';
import { RecordErasure } from './serve/record-erasure.js';
import { RecordHistory } from './remember/record-history.js';
import { RecordTimeline } from './remember/timeline/record-timeline.js';
import { TimelinePresenter } from './remember/timeline/timeline-presenter.js';
import { RecordAggregates } from './read/aggregate/index.js';
import { RecordExtracts } from './read/record-extracts.js';
import { RecordLists } from './read/record-lists.js';
import { RecordReader } from './read/record-reader.js';
import { RecordViews } from './read/record-views.js';
import { RecycleBin } from './serve/recycle-bin.js';
import { RecordUndo } from './serve/record-undo.js';
import {
  AffectedRecordsFinder,
  ComputedDefinitions,
  Dependents,
  FollowChanges,
  FormulaPlans,
  Recalculation,
  ValuePreview,
  ValueSources,
} from './compute/index.js';
import { RecordMerges } from './serve/record-merges.js';
import { RecordService } from './serve/record.service.js';
import { ValueHistories } from './serve/value-histories.js';
import { RecordWriter } from './write/record-writer.js';
import { FieldUses } from './describe/field-uses.js';
import { RecordRegistry } from './describe/registry.js';

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
      controllers: options.http
        ? [ObjectsController, ...descriptors.map(recordController), customRecordController()]
        : [],
      providers: [
        {
          provide: RecordRegistry,
          inject: [CONFIG],
          useFactory: (config: Config) =>
            new RecordRegistry(descriptors, new FieldKeyRing(config.PELLUCID_FIELD_KEYS)),
        },
        FieldUses,
        RecordAccess,
        { provide: FIELD_ACCESS, useExisting: RecordAccess },
        RecordReader,
        RecordLists,
        RecordExtracts,
        RecordViews,
        RecordAggregates,
        RecordWriter,
        EventPresenter,
        RecordHistory,
        RecordTimeline,
        TimelinePresenter,
        RecordAsOf,
        PastStates,
        RecordErasure,
        RecordCascades,
        RecordUndo,
        RecycleBin,
        FormulaPlans,
        Dependents,
        AffectedRecordsFinder,
        Recalculation,
        FollowChanges,
        ComputedDefinitions,
        ValuePreview,
        ValueSources,
        ValueHistories,
        RecordService,
        RecordMerges,
        RecordBulk,
        { provide: BULK_RUNNER, useExisting: RecordBulk },
      ],
      exports: [
        RecordRegistry,
        FieldUses,
        RecordAccess,
        FIELD_ACCESS,
        RecordReader,
        RecordLists,
        RecordExtracts,
        RecordViews,
        RecordAggregates,
        RecordWriter,
        EventPresenter,
        RecordHistory,
        RecordAsOf,
        PastStates,
        RecordErasure,
        RecordCascades,
        RecordUndo,
        RecycleBin,
        FormulaPlans,
        Dependents,
        AffectedRecordsFinder,
        Recalculation,
        FollowChanges,
        ComputedDefinitions,
        ValuePreview,
        ValueSources,
        ValueHistories,
        RecordService,
        RecordBulk,
        BULK_RUNNER,
      ],
    };
  }
}
