import { Inject, Injectable } from '@nestjs/common';
import type { DuplicateRule } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  type Compared,
  judged,
  keysOf,
  type MatchPlan,
  newId,
  planOf,
  QueryParts,
  RecordReader,
  type RuleScore,
  tellable,
} from '@pellucid/platform/records';
import type { PairRecord } from '../pairs/pairs.service.js';
import type { RuleTrial } from './duplicate-rules.schema.js';

/** Number of records of each object that a trial compares: the latest ones. */
const EXAMINED = 2_000;
/** Most pairs that a trial shows, and most records with the same key that it compares. */
const SHOWN = 20;
const PER_KEY = 50;

/** What a rule would find. */
export interface Trial {
  examined: number;
  pairs: { records: [PairRecord, PairRecord]; score: RuleScore }[];
  hasMore: boolean;
}

type Examined = Compared & { id: string };

/** Tries rules on existing records, as far as the caller sees them, and stores nothing. */
@Injectable()
export class RuleTrials {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Returns duplicates by a rule that need not be stored. The rule must be valid. */
  async run({ objects, conditions }: RuleTrial): Promise<Trial> {
    const { registry, snapshot } = await this.reader.contextFor(objects[0]!);
    const actions = { onCreate: 'off', onUpdate: 'off', onImport: 'off' } as const;
    const rule = { id: newId(), name: '', edition: 0, objects, conditions, ...actions } as DuplicateRule;
    const plan = planOf(rule, registry, snapshot);
    const records = plan ? await this.latest(plan) : [];
    const found = plan ? pairsOf(plan, records) : [];
    const shown = found.slice(0, SHOWN);
    const names = new Map<string, string>();
    for (const [object, some] of Map.groupBy(
      shown.flatMap(({ a, b }) => [a, b]),
      (record) => record.object,
    ))
      for (const [id, name] of await this.reader.visibleNames(
        object,
        some.map((record) => record.id),
      ))
        names.set(id, name);
    const told = ({ object, id }: Examined): PairRecord => ({ object, id, name: names.get(id) ?? null });
    return {
      examined: records.length,
      pairs: shown.map(({ a, b, score }) => ({ records: [told(a), told(b)], score })),
      hasMore: found.length > shown.length,
    };
  }

  private latest(plan: MatchPlan): Promise<Examined[]> {
    return this.units.run(async (uow) => {
      const records: Examined[] = [];
      for (const [object, { keys }] of plan.sides) {
        const context = await this.reader.contextFor(object);
        const parts = new QueryParts();
        const where = tellable(context, keys, parts);
        if (where === undefined) continue;
        const ids = await uow.run<{ id: string }>(
          parts.statement(
            `select t.id from ${context.descriptor.source} t where ${where} order by t.id desc limit ${EXAMINED}`,
          ),
        );
        const read = this.reader.plan(context.descriptor, [...new Set(keys)]);
        const rows = await uow.run<any>(
          this.reader.byIds(
            read,
            ids.map(({ id }) => id),
            context,
            'read',
            'living',
          ),
        );
        const loaded = new Map(rows.map((row) => read.load(row)).map((record) => [record.id, record]));
        for (const { id } of ids) {
          const state = loaded.get(id)?.state;
          if (state) records.push({ object, id, state });
        }
      }
      return records;
    });
  }
}

function pairsOf(plan: MatchPlan, records: Examined[]): { a: Examined; b: Examined; score: RuleScore }[] {
  const sharing = new Map<string, Examined[]>();
  const seen = new Set<string>();
  const found: { a: Examined; b: Examined; score: RuleScore }[] = [];
  for (const b of records)
    for (const key of keysOf(plan, b.object, b.state)) {
      const earlier = sharing.get(key) ?? [];
      sharing.set(key, earlier);
      for (const a of earlier) {
        const pair = `${a.id} ${b.id}`;
        if (seen.has(pair)) continue;
        seen.add(pair);
        const score = judged(plan, a, b);
        if (score) found.push({ a, b, score });
      }
      if (earlier.length < PER_KEY) earlier.push(b);
    }
  return found.sort((x, y) => y.score.score - x.score.score);
}
