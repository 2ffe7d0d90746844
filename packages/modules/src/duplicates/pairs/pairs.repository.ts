import { Inject, Injectable } from '@nestjs/common';
import { averageTenant, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { MatchPlan } from '@pellucid/platform/records';

/** Two records that share a key. */
export interface SharedKey {
  ruleId: string;
  record: string;
  otherObject: string;
  other: string;
}

/** A pair with the scores of a rule's conditions. */
export interface ScoredPair {
  id: string;
  objectA: string;
  recordA: string;
  objectB: string;
  recordB: string;
  ruleId: string;
  edition: number;
  scores: number[];
}

/** A stored pair, as far as a caller may know it. */
export interface PairRow {
  id: string;
  objectA: string;
  recordA: string;
  objectB: string;
  recordB: string;
  dismissedAt: string | null;
  rules: { rule: string; scores: number[] }[];
}

/** Most records with the same key that are compared with one record: keys that more share say too little. */
const MOST_SHARING = 100;

/** The tenant as statements give it that find records by their ids. */
const TENANT = averageTenant('$1');

/** The pairs of some records, found by the index of either side. */
const TOUCHED = `with p as materialized (
  select id, record_a, record_b from duplicate_pair where tenant_id = ${TENANT} and record_a = any($2::uuid[])
   union select id, record_a, record_b from duplicate_pair where tenant_id = ${TENANT} and record_b = any($2::uuid[]))`;

/** The tables `match_key`, `duplicate_pair` and `duplicate_pair_rule`. */
@Injectable()
export class PairsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Waits until nobody else compares records of the company. */
  async lock(uow: UnitOfWork): Promise<void> {
    await uow.run({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`duplicates ${uow.tenantId}`],
    });
  }

  /** Returns the records that share a key with one of these. @param objects those that rules compare them with */
  sharing(uow: UnitOfWork, ids: string[], plans: MatchPlan[], objects: string[]): Promise<SharedKey[]> {
    return uow.run<SharedKey>({
      text: `select distinct a.rule_id as "ruleId", a.record_id as record, o.object as "otherObject", m.record_id as other
               from match_key a cross join unnest($4::text[]) o (object) cross join lateral (
                 select k.record_id from match_key k
                  where k.tenant_id = a.tenant_id and k.object = o.object and k.key = a.key and k.record_id <> a.record_id
                  limit ${MOST_SHARING}) m
              where a.tenant_id = ${TENANT} and a.rule_id = any($2::uuid[]) and a.record_id = any($3::uuid[])`,
      values: [uow.tenantId, plans.map(({ rule }) => rule.id), ids, objects],
    });
  }

  /** Stores what rules found of some records, in place of what they found before. */
  async store(uow: UnitOfWork, ids: string[], plans: MatchPlan[], pairs: ScoredPair[]): Promise<void> {
    const { tenantId } = uow;
    const column = <K extends keyof ScoredPair>(key: K) => pairs.map((pair) => pair[key]);
    const [a, b, rules] = [column('recordA'), column('recordB'), column('ruleId')];
    const statements: Statement[] = [
      {
        text: `${TOUCHED} delete from duplicate_pair_rule r using p
                where r.tenant_id = ${TENANT} and r.pair_id = p.id and r.rule_id = any($3::uuid[])
                  and not exists (select from unnest($4::uuid[], $5::uuid[], $6::uuid[]) n (a, b, rule)
                        where n.a = p.record_a and n.b = p.record_b and n.rule = r.rule_id)`,
        values: [tenantId, ids, plans.map(({ rule }) => rule.id), a, b, rules],
      },
    ];
    if (pairs.length)
      statements.push(
        {
          text: `insert into duplicate_pair (tenant_id, id, object_a, record_a, object_b, record_b)
                 select $1, * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[])
                 on conflict (tenant_id, record_a, record_b) do nothing`,
          values: [tenantId, column('id'), column('objectA'), a, column('objectB'), b],
        },
        {
          text: `insert into duplicate_pair_rule as r (tenant_id, pair_id, rule_id, edition, scores)
                 select $1, p.id, n.rule, n.edition, string_to_array(n.scores, ',')::smallint[]
                   from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[]) n (a, b, rule, edition, scores)
                   join duplicate_pair p on p.tenant_id = ${TENANT} and p.record_a = n.a and p.record_b = n.b
                 on conflict (tenant_id, pair_id, rule_id) do update set edition = excluded.edition, scores = excluded.scores
                  where (r.edition, r.scores) is distinct from (excluded.edition, excluded.scores)`,
          values: [tenantId, a, b, rules, column('edition'), pairs.map(({ scores }) => scores.join())],
        },
      );
    statements.push({
      text: `${TOUCHED} delete from duplicate_pair d using p
              where d.tenant_id = ${TENANT} and d.id = p.id and d.dismissed_at is null
                and not exists (select from duplicate_pair_rule r where r.tenant_id = ${TENANT} and r.pair_id = d.id)`,
      values: [tenantId, ids],
    });
    await uow.together(statements);
  }

  /** Deletes some of what belongs to rules that are not among these. @returns whether there may be more */
  async clean(uow: UnitOfWork, plans: MatchPlan[], limit: number): Promise<boolean> {
    const living = plans.map(({ rule }) => rule.id);
    const [keys, rules] = await uow.together([
      {
        text: `delete from match_key where ctid in (select ctid from match_key
                where tenant_id = $1 and rule_id <> all ($2::uuid[]) limit ${limit}) returning 1 as n`,
        values: [uow.tenantId, living],
      },
      {
        text: `delete from duplicate_pair_rule where ctid in (select ctid from duplicate_pair_rule
                where tenant_id = $1 and rule_id <> all ($2::uuid[]) limit ${limit}) returning 1 as n`,
        values: [uow.tenantId, living],
      },
      {
        text: `delete from duplicate_pair p where p.tenant_id = $1 and p.dismissed_at is null
                  and not exists (select from duplicate_pair_rule r where r.tenant_id = $1 and r.pair_id = p.id)`,
        values: [uow.tenantId],
      },
    ]);
    return keys!.length === limit || rules!.length === limit;
  }

  /** Runs a statement that selects {@link PairRow}s. */
  async select(statement: Statement): Promise<PairRow[]> {
    return (await this.pool.query(statement)).rows;
  }

  /** Says that the records of a pair are no duplicates, or takes that back. @returns whether that changes anything */
  async setDismissed(
    uow: UnitOfWork,
    id: string,
    by: { kind: string; id: string | null } | null,
  ): Promise<boolean> {
    const rows = await uow.run({
      text: `update duplicate_pair set dismissed_at = case when $2::text is null then null else now() end,
               dismissed_by_kind = $2, dismissed_by_id = $3::uuid
              where id = $1 and (dismissed_at is null) = ($2::text is not null) returning id`,
      values: [id, by?.kind ?? null, by?.id ?? null],
    });
    return rows.length > 0;
  }
}
