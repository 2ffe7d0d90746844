import { averageTenant } from '../../db/average-tenant.js';
import { isLink, linkKey, type RecordLink } from '@pellucid/conditions';
import { requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { type FilterContext, nameGuard, QueryParts } from '../decide/index.js';
import { type FieldDescriptor, type RecordState, targetsIn } from '../describe/index.js';
import type { LoadedRecord } from './read-plan.js';

/** Returns a statement that selects `id` and `name` of those records that the actor may see, with their names. */
export function namesOf(object: string, ids: string[], context: FilterContext): Statement {
  const target = context.registry.forTenant(object, context.snapshot);
  const parts = new QueryParts([ids, requireTenant()]);
  const access = context.access.decide(object, 'read', context.snapshot);
  const guard = nameGuard(access, target, 't', parts, context);
  return parts.statement(
    `select t.id, t.display_name as name from ${target.source} t where t.tenant_id = ${averageTenant('$2')} and t.id = any($1::uuid[])${guard === undefined ? '' : ` and ${guard ?? 'false'}`}`,
  );
}

/**
 * Looks up the names of the records that the links of records lead to, after these have been read: one statement for each
 * object among them. The read itself looks up the names of other references; a link may lead to any object.
 */
export class LinkNames {
  private readonly fields: FieldDescriptor[];
  private readonly objects: string[];
  /** The statements; none if nothing is linked. */
  readonly statements: Statement[];

  /**
   * @param context of the records' object and the actor who reads
   * @param states values of the records by field key
   * @param fields those that are shown
   */
  constructor(context: FilterContext, states: Readonly<RecordState>[], fields: FieldDescriptor[]) {
    this.fields = fields.filter((f) => isLink(f.traits.family));
    const ids = new Map<string, Set<string>>();
    // An object may be gone whose records were linked once.
    for (const f of this.fields)
      for (const state of states)
        for (const { object, id } of targetsIn(f, state[f.key]))
          if (context.registry.has(object, context.snapshot))
            ids.set(object, (ids.get(object) ?? new Set()).add(id));
    this.objects = [...ids.keys()];
    this.statements = [...ids].map(([object, set]) => namesOf(object, [...set], context));
  }

  /** Gives the records the names. @param answers rows of the statements */
  put(answers: { id: string; name: string }[][], records: LoadedRecord[]): void {
    if (!this.fields.length) return;
    const names = new Map(
      this.objects.flatMap((object, n) => answers[n]!.map(({ id, name }) => [linkKey({ object, id }), name])),
    );
    const isNamed = (target: RecordLink) => names.has(linkKey(target));
    for (const record of records) {
      const unnamed = this.fields.filter((f) => !targetsIn(f, record.state[f.key]).every(isNamed));
      record.linkNames = names;
      if (unnamed.length) record.unnamed = [...(record.unnamed ?? []), ...unnamed.map((f) => f.key)];
    }
  }
}
