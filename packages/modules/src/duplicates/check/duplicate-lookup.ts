import { requireTenant } from '@pellucid/platform/context';
import { averageTenant, type Statement, type UnitOfWork } from '@pellucid/platform/db';
import {
  atWork,
  type FilterContext,
  isFuzzy,
  judged,
  type MatchPlan,
  QueryParts,
  type RecordReader,
  type RuleScore,
  soughtKeys,
  takeTurns,
  tellable,
  type TriedRecords,
} from '@pellucid/platform/records';
import { byScore, type FoundDuplicate } from './found-duplicate.js';

/** A record whose duplicates are looked for. */
export interface SoughtRecord {
  /** Its position in the request. */
  index: number;
  /** Undefined for a new record. */
  id: string | undefined;
  state: Readonly<Record<string, unknown>>;
  /** The rules that apply to it. */
  plans: MatchPlan[];
}

/** Most existing records that are looked at for each key: of equal ones, and of ones that must be compared. */
const PER_KEY = { equal: 10, fuzzy: 100 };
/** Most duplicates that are named for a record. */
const NAMED = 10;

interface Seeker {
  record: SoughtRecord;
  plan: MatchPlan;
}

/**
 * Looks for duplicates of records among existing ones and among each other. Only records count that the actor may read, by
 * fields that they see in clear: anything else would reveal hidden values.
 */
export class DuplicateLookup {
  private readonly seekers = new Map<string, Seeker[]>();
  private readonly targets: FilterContext[] = [];

  /**
   * @param context of the records' object
   * @param records in the order of the request
   * @param madeOf id of a record that is no duplicate of these
   * @param tried other records that are not in the database
   */
  constructor(
    private readonly reader: RecordReader,
    private readonly context: FilterContext,
    records: SoughtRecord[],
    private readonly madeOf: string | undefined,
    private readonly tried?: TriedRecords,
  ) {
    const object = context.descriptor.key;
    for (const record of records)
      for (const plan of record.plans)
        for (const key of soughtKeys(plan, object, record.state)) {
          const own = this.seekers.get(key);
          if (own) own.push({ record, plan });
          else this.seekers.set(key, [{ record, plan }]);
        }
    const { registry, snapshot } = context;
    const objects = new Set(records.flatMap(({ plans }) => plans).flatMap(({ sides }) => [...sides.keys()]));
    for (const target of objects)
      this.targets.push(reader.contextOf(registry.forTenant(target, snapshot), snapshot));
  }

  /** Returns the statements that take turns with others who look for the same, and look. */
  statements(): Statement[] {
    if (!this.seekers.size) return [];
    return [takeTurns(this.seekers.keys()), ...this.targets.map((target) => this.sought(target))];
  }

  /**
   * Returns the duplicates of each record, by its position, the best first.
   * @param answers rows of the {@link statements}
   * @param knows whether the actor knows what a rule compares of a record, by having given it or being shown it
   */
  async found(
    uow: UnitOfWork,
    answers: any[][],
    knows: (record: SoughtRecord, plan: MatchPlan) => boolean,
  ): Promise<Map<number, FoundDuplicate[]>> {
    const hits = this.hits(answers.slice(1), knows);
    const states = await this.statesOf(uow, hits);
    const byRecord = new Map<SoughtRecord, Map<unknown, FoundDuplicate>>();
    for (const hit of hits) {
      const { record, plan, object, id, other } = hit;
      const state = other?.state ?? states.get(id!);
      const score = this.score(plan, record, object, state);
      if (!score) continue;
      const own = byRecord.get(record) ?? new Map<unknown, FoundDuplicate>();
      byRecord.set(record, own);
      const place = id ?? other;
      const duplicate = own.get(place);
      if (!duplicate)
        own.set(place, {
          object,
          id,
          name: null,
          ...(id === null && other?.index !== undefined ? { row: other.index } : {}),
          rules: [score],
        });
      else if (!duplicate.rules.some(({ rule }) => rule.id === score.rule.id)) duplicate.rules.push(score);
    }
    await this.dropDismissed(uow, byRecord);
    const result = new Map<number, FoundDuplicate[]>();
    for (const [record, own] of byRecord) {
      if (!own.size) continue;
      for (const { rules } of own.values())
        rules.sort((a, b) => b.score - a.score || (a.rule.id < b.rule.id ? -1 : 1));
      result.set(record.index, [...own.values()].sort(byScore).slice(0, NAMED));
    }
    await this.name(uow, [...result.values()].flat());
    return result;
  }

  private sought(target: FilterContext): Statement {
    const { descriptor } = target;
    const parts = new QueryParts();
    const may = (plan: MatchPlan) => {
      const side = plan.sides.get(descriptor.key);
      return side !== undefined && tellable(target, side.keys, new QueryParts()) !== undefined;
    };
    const wanted = [...this.seekers].filter(([, seekers]) => seekers.some(({ plan }) => may(plan)));
    const keys = wanted.map(([key]) => key);
    const most = wanted.map(([, [first]]) => (isFuzzy(first!.plan) ? PER_KEY.fuzzy : PER_KEY.equal) + 1);
    const where = [tellable(target, [], parts) ?? 'false', atWork(target, parts)]
      .filter(Boolean)
      .join(' and ');
    const tenant = averageTenant(parts.param(requireTenant()));
    return parts.statement(
      `select q.key, m.id from unnest(${parts.param(keys)}::uuid[], ${parts.param(most)}::int[]) q (key, most)
         cross join lateral (
           select t.id from match_key k join ${descriptor.source} t on t.tenant_id = k.tenant_id and t.id = k.record_id
            where k.tenant_id = ${tenant} and k.object = ${parts.param(descriptor.key)} and k.key = q.key and ${where}
            order by k.record_id limit q.most) m`,
    );
  }

  private hits(answers: any[][], knows: (record: SoughtRecord, plan: MatchPlan) => boolean): Hit[] {
    const hits: Hit[] = [];
    const own = this.context.descriptor.key;
    const isKnown = ({ record, plan }: Seeker) => knows(record, plan);
    for (const [n, target] of this.targets.entries())
      for (const { key, id } of answers[n]!)
        for (const seeker of this.seekers.get(key)!)
          if (
            seeker.record.id !== id &&
            id !== this.madeOf &&
            seeker.plan.sides.has(target.descriptor.key) &&
            isKnown(seeker)
          )
            hits.push({ ...seeker, object: target.descriptor.key, id });
    for (const seekers of this.seekers.values())
      for (const [n, seeker] of seekers.entries()) {
        if (!isKnown(seeker)) continue;
        for (const { record: other, plan } of seekers.slice(0, n))
          if (plan === seeker.plan && other !== seeker.record && knows(other, plan))
            hits.push({ ...seeker, object: own, id: other.id ?? null, other });
      }
    for (const [key, seekers] of this.tried ? this.seekers : [])
      for (const other of this.tried!.find(key))
        for (const seeker of seekers)
          if (isKnown(seeker) && (other.id === undefined || other.id !== seeker.record.id))
            hits.push({ ...seeker, object: other.object, id: other.id ?? null, other });
    return hits;
  }

  /** Reads what fuzzy rules compare of the records that were hit, by id. */
  private async statesOf(
    uow: UnitOfWork,
    hits: Hit[],
  ): Promise<Map<string, Readonly<Record<string, unknown>>>> {
    const states = new Map<string, Readonly<Record<string, unknown>>>();
    for (const target of this.targets) {
      const { descriptor } = target;
      const own = hits.filter(
        ({ plan, object, id }) => object === descriptor.key && id !== null && isFuzzy(plan),
      );
      if (!own.length) continue;
      const keys = new Set(own.flatMap(({ plan }) => plan.sides.get(descriptor.key)!.keys));
      const plan = this.reader.plan(descriptor, [...keys]);
      const ids = [...new Set(own.map(({ id }) => id!))];
      for (const row of await uow.run<any>(this.reader.byIds(plan, ids, target, 'read', 'living'))) {
        const { id, state } = plan.load(row);
        states.set(id, state);
      }
    }
    return states;
  }

  private score(
    plan: MatchPlan,
    record: SoughtRecord,
    object: string,
    state: Readonly<Record<string, unknown>> | undefined,
  ): RuleScore | undefined {
    const own = this.context.descriptor.key;
    if (state) return judged(plan, { object: own, state: record.state }, { object, state });
    if (isFuzzy(plan)) return undefined;
    const [side, other] = [plan.sides.get(own)!, plan.sides.get(object)!];
    return {
      rule: { id: plan.rule.id, name: plan.rule.name },
      score: 100,
      conditions: plan.rule.conditions.map(({ method }, n) => ({
        method,
        fields: side.fields[n]!.map(({ key }) => key),
        otherFields: other.fields[n]!.map(({ key }) => key),
        score: 100,
      })),
    };
  }

  /** Drops records of which somebody has said that they are no duplicates. */
  private async dropDismissed(
    uow: UnitOfWork,
    byRecord: Map<SoughtRecord, Map<unknown, FoundDuplicate>>,
  ): Promise<void> {
    const ids = [...byRecord.keys()].flatMap(({ id }) => id ?? []);
    if (!ids.length) return;
    const rows = await uow.run<{ a: string; b: string }>({
      text: `select record_a as a, record_b as b from duplicate_pair
              where tenant_id = ${averageTenant('$1')} and dismissed_at is not null and (record_a = any($2::uuid[]) or record_b = any($2::uuid[]))`,
      values: [uow.tenantId, ids],
    });
    const dismissed = new Set(rows.flatMap(({ a, b }) => [`${a} ${b}`, `${b} ${a}`]));
    for (const [{ id }, own] of byRecord)
      for (const other of own.keys()) if (dismissed.has(`${id} ${other}`)) own.delete(other);
  }

  private async name(uow: UnitOfWork, duplicates: FoundDuplicate[]): Promise<void> {
    const named = this.targets.flatMap((target) => {
      const ids = duplicates.flatMap(({ object, id }) =>
        object === target.descriptor.key && id ? [id] : [],
      );
      return ids.length ? [this.reader.namesOf(target.descriptor.key, [...new Set(ids)], target)] : [];
    });
    if (!named.length) return;
    const names = new Map((await uow.together(named)).flat().map(({ id, name }) => [id, name]));
    for (const duplicate of duplicates) if (duplicate.id) duplicate.name = names.get(duplicate.id) ?? null;
  }
}

/** A record that shares a key with a sought one. */
interface Hit extends Seeker {
  object: string;
  id: string | null;
  /** Set if it is a record of the same request, or of an earlier one that was rolled back. */
  other?: { index?: number; state: SoughtRecord['state'] | undefined };
}
