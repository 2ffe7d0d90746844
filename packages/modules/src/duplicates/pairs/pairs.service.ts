import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { CONFIG, type Config } from '@pellucid/platform/config';
import type { Statement } from '@pellucid/platform/db';
import { forbidden, notFound } from '@pellucid/platform/errors';
import {
  atWork,
  CursorSealer,
  type FilterContext,
  type IdempotencyRequest,
  type MatchPlan,
  matchPlans,
  QueryParts,
  RecordReader,
  RecordService,
  type RuleScore,
  securityEventStatements,
  tellable,
} from '@pellucid/platform/records';
import { bestScore } from '../check/found-duplicate.js';
import { type PairRow, PairsRepository } from './pairs.repository.js';

/** One record of a pair. */
export interface PairRecord {
  object: string;
  id: string;
  /** Null if the caller may see the record, but not its name. */
  name: string | null;
}

/** Two records that may be the same thing, as the caller may know it. */
export interface DuplicatePair {
  id: string;
  records: [PairRecord, PairRecord];
  score: number;
  /** Why, the best match first. */
  rules: RuleScore[];
  dismissedAt: string | null;
}

/** Which pairs a list shows. */
export interface PairQuery {
  object?: string | undefined;
  record?: string | undefined;
  status: 'open' | 'dismissed';
  limit: number;
  cursor?: string | undefined;
}

/** Pairs of possible duplicates. A caller knows of a pair if they may read both records and see in clear what a rule compares of them. */
@Injectable()
export class PairsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(PairsRepository) private readonly pairs: PairsRepository,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page of pairs, the latest first. @throws ProblemError 400 for a foreign cursor */
  async list(query: PairQuery): Promise<{ data: DuplicatePair[]; nextCursor: string | null }> {
    const place = JSON.stringify([requireTenant(), 'duplicates', query.object, query.record, query.status]);
    const after = query.cursor === undefined ? undefined : this.cursors.open(query.cursor, place);
    const found = await this.find(query, query.limit + 1, (parts) => [
      ...(query.record
        ? [
            `(p.record_a = ${parts.param(query.record)}::uuid or p.record_b = ${parts.param(query.record)}::uuid)`,
          ]
        : []),
      `p.dismissed_at is ${query.status === 'open' ? '' : 'not '}null`,
      ...(after ? [`p.id < ${parts.param(after.id)}::uuid`] : []),
    ]);
    const page = found.slice(0, query.limit);
    return {
      data: await this.present(page),
      nextCursor:
        found.length > page.length ? this.cursors.seal({ values: [], id: page.at(-1)!.id }, place) : null,
    };
  }

  /** Returns one pair. @throws ProblemError 404 */
  async get(id: string): Promise<DuplicatePair> {
    const found = await this.find({}, 1, (parts) => [`p.id = ${parts.param(id)}::uuid`]);
    if (!found.length) throw notFound('This pair of duplicates');
    return (await this.present(found))[0]!;
  }

  /**
   * Remembers that the records of a pair are no duplicates, or takes that back.
   * @throws ProblemError 404; 403 unless the caller may change both records
   */
  async setDismissed(
    id: string,
    isDismissed: boolean,
    idempotency?: IdempotencyRequest,
  ): Promise<DuplicatePair> {
    const pair = await this.get(id);
    for (const { object, id: record } of pair.records)
      if (!(await this.reader.visibleIds(object, [record], 'update')).has(record))
        throw forbidden(
          'permissionMissing',
          "Your roles don't let you change both records, so you can't say whether they are duplicates.",
        );
    await this.records.unit(idempotency, async (uow) => {
      const { kind, id: actor } = currentContext().actor;
      if (await this.pairs.setDismissed(uow, id, isDismissed ? { kind, id: actor } : null))
        await uow.together(
          securityEventStatements([
            {
              verb: isDismissed ? 'duplicatesDismissed' : 'duplicatesReopened',
              object: 'duplicatePair',
              recordId: id,
              changes: {
                records: { after: pair.records.map(({ object, id: record }) => ({ object, id: record })) },
              },
            },
          ]),
        );
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  private async find(
    { object }: { object?: string | undefined },
    limit: number,
    where: (parts: QueryParts) => string[],
  ): Promise<PairRow[]> {
    const { registry } = this.reader;
    const snapshot = await this.directory.current();
    const plans = matchPlans(registry, snapshot);
    const contexts = new Map<string, FilterContext>();
    for (const plan of plans)
      for (const each of plan.sides.keys())
        if (!contexts.has(each))
          contexts.set(each, this.reader.contextOf(registry.forTenant(each, snapshot), snapshot));
    const statement = pairsStatement(plans, contexts, object, limit, where);
    return statement ? this.pairs.select(statement) : [];
  }

  private async present(rows: PairRow[]): Promise<DuplicatePair[]> {
    if (!rows.length) return [];
    const ids = new Map<string, Set<string>>();
    const want = (object: string, id: string) => ids.set(object, (ids.get(object) ?? new Set()).add(id));
    for (const { objectA, recordA, objectB, recordB } of rows) {
      want(objectA, recordA);
      want(objectB, recordB);
    }
    const names = new Map<string, string>();
    for (const [object, some] of ids)
      for (const [id, name] of await this.reader.visibleNames(object, some)) names.set(id, name);
    const { registry } = this.reader;
    const snapshot = await this.directory.current();
    const byId = new Map(matchPlans(registry, snapshot).map((plan) => [plan.rule.id, plan]));
    const record = (object: string, id: string): PairRecord => ({ object, id, name: names.get(id) ?? null });
    return rows.flatMap((row): DuplicatePair[] => {
      const rules = row.rules
        .flatMap(({ rule, scores }) => scoreOf(byId.get(rule), row, scores) ?? [])
        .sort((a, b) => b.score - a.score || (a.rule.id < b.rule.id ? -1 : 1));
      if (!rules.length) return [];
      return [
        {
          id: row.id,
          records: [record(row.objectA, row.recordA), record(row.objectB, row.recordB)],
          score: bestScore(rules),
          rules,
          dismissedAt: row.dismissedAt,
        },
      ];
    });
  }
}

function scoreOf(
  plan: MatchPlan | undefined,
  { objectA, objectB }: PairRow,
  scores: number[],
): RuleScore | undefined {
  const [a, b] = [plan?.sides.get(objectA), plan?.sides.get(objectB)];
  if (!plan || !a || !b) return undefined;
  return {
    rule: { id: plan.rule.id, name: plan.rule.name },
    score: Math.min(...scores),
    conditions: plan.rule.conditions.map(({ method }, n) => ({
      method,
      fields: a.fields[n]!.map(({ key }) => key),
      otherFields: b.fields[n]!.map(({ key }) => key),
      score: scores[n]!,
    })),
  };
}

/** Returns the statement that selects pairs that the caller may know of; undefined if there can't be any. */
function pairsStatement(
  plans: MatchPlan[],
  contexts: Map<string, FilterContext>,
  object: string | undefined,
  limit: number,
  where: (parts: QueryParts) => string[],
): Statement | undefined {
  const parts = new QueryParts();
  const isShown = (plan: MatchPlan, each: string) =>
    plan.sides.has(each) &&
    tellable(contexts.get(each)!, plan.sides.get(each)!.keys, new QueryParts()) !== undefined;
  const objects = [...contexts.keys()];
  const conditions = where(parts);
  const selects = objects.flatMap((a) =>
    objects.flatMap((b) => {
      if (object !== undefined && a !== object && b !== object) return [];
      const shown = plans.filter((plan) => isShown(plan, a) && isShown(plan, b));
      if (!shown.length) return [];
      const rules = parts.param(shown.map(({ rule }) => rule.id));
      const editions = parts.param(shown.map(({ rule }) => rule.edition));
      const reaches = (each: string, column: string) => {
        const context = contexts.get(each)!;
        const told = [tellable(context, [], parts), atWork(context, parts)].filter(Boolean).join(' and ');
        return `exists (select from ${context.descriptor.source} t where t.id = p.${column} and ${told})`;
      };
      return [
        `(select p.id, p.object_a, p.record_a, p.object_b, p.record_b, p.dismissed_at, s.rules
            from duplicate_pair p cross join lateral (
              select json_agg(json_build_object('rule', r.rule_id, 'scores', r.scores) order by r.rule_id) as rules
                from duplicate_pair_rule r
               where r.tenant_id = p.tenant_id and r.pair_id = p.id
                 and (r.rule_id, r.edition) in (select * from unnest(${rules}::uuid[], ${editions}::int[]))) s
           where p.object_a = ${parts.param(a)} and p.object_b = ${parts.param(b)} and s.rules is not null
             and ${[...conditions, reaches(a, 'record_a'), reaches(b, 'record_b')].join(' and ')}
           order by p.id desc limit ${limit})`,
      ];
    }),
  );
  if (!selects.length) return undefined;
  return parts.statement(
    `select id, object_a as "objectA", record_a as "recordA", object_b as "objectB", record_b as "recordB", rules,
            to_char(dismissed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dismissedAt"
       from (${selects.join(' union all ')}) pairs order by id desc limit ${limit}`,
  );
}
