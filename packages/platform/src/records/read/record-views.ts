import { averageTenant } from '../../db/average-tenant.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Subject, TenantSnapshot } from '../../access/index.js';
import { requireTenant } from '../../context/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { type FieldAccess, type RecordView, sharesOf, sourceRecordsOf } from '../decide/index.js';
import { targetsIn } from '../describe/index.js';
import { RecordReader } from './record-reader.js';

/** A record as rights evaluate it, with its name, its shares and the records that may open it. */
export interface StoredView extends Omit<RecordView, 'shared' | 'linked'> {
  id: string;
  name: string;
  isDeleted: boolean;
  /** Whether the product offers to change records of its object. */
  isChangeable: boolean;
  shares: { grantee: string; access: 'read' | 'edit' }[];
  /** The records that its derived values are made of, by id. */
  sources: Map<string, StoredView>;
  /** The records that it is linked to by fields through which it is visible. */
  parents: { field: string; see: 'read' | 'edit'; view: StoredView }[];
}

/** A linked record, and what it lets a subject do with the record that is linked to it. */
export interface Opening {
  /** Key of the field that links to it. */
  field: string;
  parent: StoredView;
  access: 'read' | 'edit';
}

/** Returns a stored record as one subject's rights evaluate it. */
export function viewFor(
  access: FieldAccess,
  view: StoredView,
  subject: Subject,
  snapshot: TenantSnapshot,
): RecordView {
  const grantees = sharesOf(subject, 'read', snapshot)?.grantees ?? [];
  const levels = view.shares.filter((s) => grantees.includes(s.grantee)).map((s) => s.access);
  return {
    object: view.object,
    state: view.state,
    shared: widestOf(levels),
    linked: widestOf(openingsOf(access, view, subject, snapshot).map((opening) => opening.access)),
  };
}

/** Returns the linked records that open a record to a subject who has some right to its object. */
export function openingsOf(
  access: FieldAccess,
  view: StoredView,
  subject: Subject,
  snapshot: TenantSnapshot,
): Opening[] {
  return view.parents.flatMap(({ field, see, view: parent }): Opening[] => {
    if (parent.isDeleted) return [];
    const seen = viewFor(access, parent, subject, snapshot);
    const may = (action: string) => {
      const decision = access.decide(parent.object, action, snapshot, subject);
      return decision.allowed && access.admits(decision, seen, snapshot);
    };
    if (!may('read')) return [];
    return [
      { field, parent, access: see === 'edit' && parent.isChangeable && may('update') ? 'edit' : 'read' },
    ];
  });
}

const widestOf = (levels: ('read' | 'edit')[]) => (levels.includes('edit') ? 'edit' : (levels[0] ?? null));

/** Reads records as rights evaluate them. */
@Injectable()
export class RecordViews {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
  ) {}

  /** Returns records as rights evaluate them, whoever may see them. For access decisions only, never to be shown. */
  async viewsOf(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    const views = await this.withParents(object, ids);
    const { descriptor } = await this.reader.contextFor(object);
    for (const view of views.values())
      for (const [far, sources] of sourceRecordsOf(view.state, descriptor))
        for (const [id, source] of await this.withParents(far, sources)) view.sources.set(id, source);
    return views;
  }

  /**
   * Loads the records that may open others, by the links in their states: for states of another time than that of
   * {@link viewsOf}.
   */
  async linkParents(object: string, views: StoredView[]): Promise<void> {
    const { visibleThrough, byKey } = (await this.reader.contextFor(object)).descriptor;
    for (const view of views) view.parents = [];
    for (const { field, see } of visibleThrough) {
      const f = byKey.get(field)!;
      const linked = views.flatMap((view) =>
        targetsIn(f, view.state[field]).map((target) => ({ view, target })),
      );
      for (const [parent, links] of Map.groupBy(linked, ({ target }) => target.object)) {
        const found = await this.withParents(parent, [...new Set(links.map(({ target }) => target.id))]);
        for (const { view, target } of links) {
          const opener = found.get(target.id);
          if (opener) view.parents.push({ field, see, view: opener });
        }
      }
    }
  }

  /** Returns views with the records that may open them, and those that may open these. */
  private async withParents(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    const views = await this.ownViewsOf(object, ids);
    await this.linkParents(object, [...views.values()]);
    return views;
  }

  /** Returns views without other records. */
  private async ownViewsOf(object: string, ids: string[]): Promise<Map<string, StoredView>> {
    if (!ids.length) return new Map();
    const context = await this.reader.contextFor(object);
    const plan = this.reader.plan(context.descriptor);
    const parts = plan.parts();
    const [result] = await this.pool.read([
      {
        ...parts.statement(`select ${plan.select},
                      (select json_agg(json_build_object('grantee', s.grantee_id, 'access', s.access)) from record_share s
                        where s.tenant_id = t.tenant_id and s.record_id = t.id and s.object = ${parts.param(object)}
                          and (s.until is null or s.until > now()))
                 from ${plan.from}
                where t.tenant_id = ${averageTenant(parts.param(requireTenant()))} and t.id = any(${parts.param(ids)}::uuid[])`),
        rowMode: 'array',
      } as Statement,
    ]);
    return new Map(
      (result!.rows as unknown as any[][]).map((row) => {
        const record = plan.load(row);
        return [
          record.id,
          {
            id: record.id,
            object,
            state: record.state,
            shares: row[plan.width] ?? [],
            name: record.displayName,
            isDeleted: record.deletedAt !== null,
            isChangeable: context.descriptor.operations.update,
            parents: [],
            sources: new Map(),
          },
        ];
      }),
    );
  }
}
