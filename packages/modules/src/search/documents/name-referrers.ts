import { Inject, Injectable } from '@nestjs/common';
import type { TenantSnapshot } from '@pellucid/platform/access';
import type { Statement } from '@pellucid/platform/db';
import {
  type FieldDescriptor,
  RecordRegistry,
  type RecordDescriptor,
  referringIds,
} from '@pellucid/platform/records';
import { searchedFields } from './searched-fields.js';

/** A field by whose names of other records an object is found. */
export interface NameReferrer {
  object: RecordDescriptor;
  field: FieldDescriptor;
}

/** Finds the records whose documents contain the names of others. */
@Injectable()
export class NameReferrers {
  constructor(@Inject(RecordRegistry) private readonly registry: RecordRegistry) {}

  /** Returns the fields that bring names of an object's records into documents. */
  of(object: string, snapshot: TenantSnapshot): NameReferrer[] {
    return this.registry
      .referrersOf(object, snapshot)
      .filter(
        ({ object: of, field }) =>
          of.listed &&
          field.storage.linked &&
          searchedFields(of, this.registry, snapshot).some(
            (each) => each.isByName && each.field.key === field.key,
          ),
      );
  }

  /**
   * Returns a statement that selects records, in the order of their ids, that name some of an object's records by a field.
   * @param after id of the last one that is known; null at first
   */
  statement(
    { object: referring, field }: NameReferrer,
    object: string,
    snapshot: TenantSnapshot,
    { tenantId, ids, after, limit }: { tenantId: string; ids: string[]; after: string | null; limit: number },
  ): Statement {
    const target = { object, source: this.registry.forTenant(object, snapshot).source, alias: 'g' };
    const rows = referringIds(
      { storage: field.storage, record: 't', target },
      referring.source,
      '$1',
      'g.id = any($2::uuid[])',
    );
    return {
      text: `select distinct r.id from (${rows}) r (id) where $3::uuid is null or r.id > $3 order by r.id limit ${limit}`,
      values: [tenantId, ids, after],
    };
  }
}
