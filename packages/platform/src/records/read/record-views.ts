import { Inject, Injectable } from '@nestjs/common';
import type { Subject, TenantSnapshot } from '../../access/index.js';
import { requireTenant } from '../../context/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { type RecordView, sharesOf, sourceRecordsOf } from '../decide/index.js';
import { RecordReader } from './record-reader.js';

/** A record as rights evaluate it, with its name and its shares. */
export interface StoredView extends Omit<RecordView, 'shared'> {
  name: string;
  isDeleted: boolean;
  shares: { grantee: string; access: 'read' | 'edit' }[];
  /** The records that its derived values are made of, by id. */
  sources: Map<string, StoredView>;
}

/** Returns a stored record as one subject's rights evaluate it. */
export function viewFor(view: StoredView, subject: Subject, snapshot: TenantSnapshot): RecordView {
  const grantees = sharesOf(subject, 'read', snapshot)?.grantees ?? [];
  const levels = view.shares.filter((s) => grantees.includes(s.grantee)).map((s) => s.access);
  return {
    object: view.object,
    state: view.state,
    shared: levels.includes('edit') ? 'edit' : (levels[0] ?? null),
  };
}

/** Reads records as rights evaluate them. */
@Injectable()
export class RecordViews {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
  ) {}

  /** Returns records as rights evaluate them, whoever may see them. For access decisions only, never to be shown. */
  async viewsOf(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    const views = await this.ownViewsOf(object, ids);
    const descriptor = this.reader.registry.get(object);
    for (const view of views.values())
      for (const [far, sources] of sourceRecordsOf(view.state, descriptor))
        for (const [id, source] of await this.ownViewsOf(far, sources)) view.sources.set(id, source);
    return views;
  }

  /** The same without the records that derived values are made of. */
  private async ownViewsOf(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    const context = await this.reader.contextFor(object);
    const plan = this.reader.plan(context.descriptor);
    const parts = plan.parts();
    const [result] = await this.pool.read([
      {
        ...parts.statement(`select ${plan.select},
                      (select json_agg(json_build_object('grantee', s.grantee_id, 'access', s.access)) from record_share s
                        where s.tenant_id = t.tenant_id and s.record_id = t.id and s.object = ${parts.param(object)}
                          and (s.until is null or s.until > now()))
                 from ${plan.from} ${plan.joins}
                where t.tenant_id = ${parts.param(requireTenant())}::uuid and t.id = any(${parts.param(ids)}::uuid[])`),
        rowMode: 'array',
      } as Statement,
    ]);
    return new Map(
      (result!.rows as unknown as any[][]).map((row) => {
        const record = plan.load(row);
        return [
          record.id,
          {
            object,
            state: record.state,
            shares: row[plan.width] ?? [],
            name: record.displayName,
            isDeleted: record.deletedAt !== null,
            sources: new Map(),
          },
        ];
      }),
    );
  }
}
