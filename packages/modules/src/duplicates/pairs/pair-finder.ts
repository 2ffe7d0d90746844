import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  isFuzzy,
  judged,
  type MatchPlan,
  newId,
  plansFor,
  RecordReader,
  withoutLimits,
} from '@pellucid/platform/records';
import { deleteKeys, insertKeys } from '../check/match-keys.js';
import { PairsRepository, type ScoredPair, type SharedKey } from './pairs.repository.js';

type States = Map<string, Readonly<Record<string, unknown>>>;

/**
 * Finds which records are duplicates of given ones and stores the pairs. It works as the product: who may know of a pair is
 * decided when it is read. Deleted records count too, so that a restored one has its pairs at once.
 */
@Injectable()
export class PairFinder {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(PairsRepository) private readonly pairs: PairsRepository,
  ) {}

  /**
   * Brings the pairs of some records up to date.
   * @param makesKeys whether to make their keys anew; writes keep them up to date otherwise
   */
  async refresh(uow: UnitOfWork, object: string, ids: string[], makesKeys = false): Promise<void> {
    const { registry, snapshot, descriptor } = await this.reader.contextFor(object);
    const plans = plansFor(object, registry, snapshot);
    if (!plans.length || !ids.length) return;
    await this.pairs.lock(uow);
    const keys = [...new Set(plans.flatMap(({ sides }) => sides.get(object)!.keys))];
    const states: States =
      makesKeys || plans.some(isFuzzy) ? await this.statesOf(uow, object, ids, keys, makesKeys) : new Map();
    if (makesKeys) {
      const records = [...states].map(([id, state]) => ({ id, state }));
      const stored = insertKeys(uow.tenantId, descriptor.key, plans, records);
      await uow.together([deleteKeys(uow.tenantId, plans, ids), ...(stored ? [stored] : [])]);
    }
    const objects = [...new Set(plans.flatMap(({ sides }) => [...sides.keys()]))];
    const shared = await this.pairs.sharing(uow, ids, plans, objects);
    const byRule = new Map(plans.map((plan) => [plan.rule.id, plan]));
    const others = new Map<string, States>([[object, new Map(states)]]);
    for (const [other, some] of Map.groupBy(shared, ({ otherObject }) => otherObject)) {
      const fuzzy = some.filter(({ ruleId }) => isFuzzy(byRule.get(ruleId)!));
      const wanted = [...new Set(fuzzy.map(({ other: id }) => id))].filter(
        (id) => !others.get(other)?.has(id),
      );
      if (!wanted.length) continue;
      const needed = plans.filter(isFuzzy).flatMap(({ sides }) => sides.get(other)?.keys ?? []);
      const found = await this.statesOf(uow, other, wanted, [...new Set(needed)], false);
      others.set(other, new Map([...(others.get(other) ?? []), ...found]));
    }
    const scored = new Map<string, ScoredPair>();
    for (const each of shared) {
      const pair = scoredPair(byRule.get(each.ruleId)!, object, each, others);
      if (pair) scored.set(`${pair.recordA} ${pair.recordB} ${pair.ruleId}`, pair);
    }
    await this.pairs.store(uow, ids, plans, [...scored.values()]);
  }

  /** Reads what rules compare of records. @param locks keeps others from changing them until the transaction ends */
  private async statesOf(
    uow: UnitOfWork,
    object: string,
    ids: string[],
    keys: string[],
    locks: boolean,
  ): Promise<States> {
    const context = withoutLimits(await this.reader.contextFor(object));
    const plan = this.reader.plan(context.descriptor, keys);
    const own = this.reader.locked(plan, ids, context, 'read', 'any', 'change');
    const answers = await uow.together(locks ? [own.lock, own.read] : [own.read]);
    return new Map(
      answers.at(-1)!.map((row) => {
        const { id, state } = plan.load(row);
        return [id, state];
      }),
    );
  }
}

/** Returns the pair of two records that share a key, if the rule says that they are duplicates. */
function scoredPair(
  plan: MatchPlan,
  object: string,
  { record, otherObject, other }: SharedKey,
  states: Map<string, States>,
): ScoredPair | undefined {
  if (!plan.sides.has(otherObject)) return undefined;
  let scores = plan.rule.conditions.map(() => 100);
  if (isFuzzy(plan)) {
    const [a, b] = [states.get(object)?.get(record), states.get(otherObject)?.get(other)];
    const score = a && b ? judged(plan, { object, state: a }, { object: otherObject, state: b }) : undefined;
    if (!score) return undefined;
    scores = score.conditions.map((each) => each.score);
  }
  const isFirst = record < other;
  return {
    id: newId(),
    objectA: isFirst ? object : otherObject,
    recordA: isFirst ? record : other,
    objectB: isFirst ? otherObject : object,
    recordB: isFirst ? other : record,
    ruleId: plan.rule.id,
    edition: plan.rule.edition,
    scores,
  };
}
