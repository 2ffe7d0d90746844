import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { FeedEvent } from '../../events/feed-event.js';
import { type FilterContext, withoutLimits } from '../decide/index.js';
import { type FieldDescriptor, targetsIn } from '../describe/index.js';
import { RecordReader } from '../read/index.js';
import { VALUES_COMPUTED } from '../remember/index.js';
import { referringRows } from '../write/index.js';
import { type Dependent, Dependents } from './dependents.js';

/** Records that refer to some others, too many to be worked out at once. */
export interface ManyReferrers {
  /** Their object, and the key of their field. */
  object: string;
  field: string;
  to: { object: string; ids: string[] };
}

/** Records whose stored values events may have changed. */
export interface AffectedRecords {
  /** Ids by object. */
  records: Map<string, Set<string>>;
  many: ManyReferrers[];
}

/** Verbs after which every value of a record counts as changed. */
const WHOLE = new Set(['deleted', 'restored', 'merged']);

/** An event with the values that the log keeps encrypted. */
export type OpenEvent = Pick<FeedEvent, 'object' | 'recordId' | 'verb' | 'fields' | 'changes'>;

/** Finds the records whose stored values depend on what happened. */
@Injectable()
export class AffectedRecordsFinder {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(Dependents) private readonly dependents: Dependents,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Whether anything depends on events of the object. */
  async concerns(object: string): Promise<boolean> {
    return this.dependents.of(await this.directory.current()).has(object);
  }

  /**
   * Returns the records that events affect.
   * @param limit most records that refer to others by one field; more are left to a job
   */
  async find(uow: UnitOfWork, events: readonly OpenEvent[], limit: number): Promise<AffectedRecords> {
    const found: AffectedRecords = { records: new Map(), many: [] };
    const add = (object: string, ids: Iterable<string>) => {
      const known = found.records.get(object) ?? new Set();
      for (const id of ids) known.add(id);
      if (known.size) found.records.set(object, known);
    };
    const dependents = this.dependents.of(await this.directory.current());
    for (const [object, own] of Map.groupBy(events, (event) => event.object)) {
      // The log also has events of security settings, which are no objects.
      if (!dependents.has(object)) continue;
      const context = withoutLimits(await this.reader.contextFor(object));
      for (const dependent of dependents.get(object)!) {
        const concerned = own.filter((event) => matters(event, dependent));
        if (!concerned.length) continue;
        const ids = [...new Set(concerned.map(({ recordId }) => recordId))];
        if (dependent.which === 'self') add(object, ids);
        else if (dependent.which === 'referred')
          add(dependent.object.key, await this.referred(uow, context, dependent, concerned, ids));
        else {
          const to = { object, ids };
          const [rows] = await uow.together([
            referringRows(
              this.reader,
              context,
              { object: dependent.object, field: dependent.field! },
              to,
              false,
              limit + 1,
            ),
          ]);
          if (rows!.length > limit)
            found.many.push({ object: dependent.object.key, field: dependent.field!.key, to });
          else
            add(
              dependent.object.key,
              rows!.map(({ id }) => id),
            );
        }
      }
    }
    return found;
  }

  /** Returns ids of the records that the events' records refer to now, or referred to before. */
  private async referred(
    uow: UnitOfWork,
    context: FilterContext,
    { object, field }: Dependent,
    events: readonly OpenEvent[],
    ids: string[],
  ): Promise<string[]> {
    const plan = this.reader.plan(context.descriptor, [field!.key]);
    const [rows] = await uow.together([this.reader.byIds(plan, ids, context, 'read', 'any')]);
    const targets = (f: FieldDescriptor, value: unknown) =>
      targetsIn(f, value).flatMap((target) => (target.object === object.key ? [target.id] : []));
    return [
      ...rows!.flatMap((row) => targets(field!, plan.load(row).state[field!.key])),
      ...events.flatMap(({ changes }) => {
        const change = changes?.[field!.key];
        return [change?.before, change?.after].flatMap((value) => targets(field!, value ?? null));
      }),
    ];
  }
}

/** Whether an event may change what a stored value is made of. */
function matters({ verb, fields }: OpenEvent, { which, reads }: Dependent): boolean {
  // Its formulas were worked out along with it.
  if (which === 'self' && verb === VALUES_COMPUTED) return false;
  if (WHOLE.has(verb) || reads === undefined) return true;
  return fields.some((key) => reads.has(key));
}
