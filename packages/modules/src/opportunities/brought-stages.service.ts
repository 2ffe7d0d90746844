import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type BroughtStay,
  type BroughtStays,
  newId,
  RecordService,
  type ValueHistory,
  VALUES_COMPUTED,
} from '@pellucid/platform/records';

/** Stays that are no news, as the deal was in the stage already. @param of which of them */
const repeated = (of: string) => `delete from opportunity_stage_history h using (
    select id, lag(stage_id) over (partition by opportunity_id order by left_at is null and inferred, entered_at, id) as before from opportunity_stage_history
     where opportunity_id = any($1::uuid[])) n
  where h.id = n.id and n.before = h.stage_id ${of}`;

/** Estimates, now that there is something better; except for the stage that the deal is in, if the history doesn't end with it. */
const ESTIMATED = `delete from opportunity_stage_history h
  where h.opportunity_id = any($1::uuid[]) and h.inferred
    and exists (select from opportunity_stage_history i where i.opportunity_id = h.opportunity_id and i.imported)
    and (h.left_at is not null or h.stage_id = (
      select i.stage_id from opportunity_stage_history i where i.opportunity_id = h.opportunity_id and i.imported
       order by i.entered_at desc, i.id desc limit 1))`;

/** Each stay ends when the next one begins. The last one is that in the present stage, whatever its time. */
const NEXT = `select id, lead(entered_at) over (partition by opportunity_id order by left_at is null and inferred, entered_at, id) as next
    from opportunity_stage_history where opportunity_id = any($1::uuid[])`;

/** Stays that were estimated are gone once better ones were brought. Without those, a deal gets one again, in its present stage. */
const ESTIMATE_AGAIN = `insert into opportunity_stage_history (tenant_id, id, opportunity_id, stage_id, entered_at, actor_kind, actor_id, inferred)
  select o.tenant_id, gen_random_uuid(), o.id, o.stage_id, coalesce(o.closed_at, o.created_at), 'import', null, true
    from opportunity o
   where o.tenant_id = $1 and o.id = any($2::uuid[])
     and not exists (select from opportunity_stage_history h
                      where h.tenant_id = o.tenant_id and h.opportunity_id = o.id and h.stage_id = o.stage_id and h.left_at is null)`;

/**
 * Brings histories of stages from other systems. They are no events of the product: the audit log says nothing of them, and
 * the history marks them as imported.
 */
@Injectable()
export class BroughtStagesService implements ValueHistory {
  readonly object = 'opportunity';
  readonly field = 'stage';

  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  async bring(uow: UnitOfWork, entries: readonly BroughtStay[], by: string): Promise<BroughtStays> {
    const wanted = [...new Set(entries.map((e) => e.recordId))];
    const may = await this.changeable(uow, wanted);
    const own = entries.filter((e) => may.has(e.recordId));
    const ids = [...may];
    const before = await this.count(uow, ids);
    await uow.run({
      text: `insert into opportunity_stage_history (tenant_id, id, opportunity_id, stage_id, entered_at, left_at, actor_kind, actor_id, imported, brought_by)
             select distinct on (v.opportunity, v.stage, v.at)
                    $1, v.id, v.opportunity, v.stage, v.at, v.at, case when v.member is null then 'import' else 'member' end, v.member, true, $7::uuid
               from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::uuid[]) as v(id, opportunity, stage, at, member)
              where not exists (select from opportunity_stage_history h
                                 where h.opportunity_id = v.opportunity and h.stage_id = v.stage and h.entered_at = v.at and h.imported)`,
      values: [
        uow.tenantId,
        own.map(() => newId()),
        own.map((e) => e.recordId),
        own.map((e) => e.valueId),
        own.map((e) => e.at),
        own.map((e) => e.memberId),
        by,
      ],
    });
    for (const text of [ESTIMATED, repeated('and h.imported')]) await uow.run({ text, values: [ids] });
    await this.close(uow, ids);
    await this.keepSince(uow, ids);
    const brought = Math.max(0, (await this.count(uow, ids)) - before);
    return { brought, unchanged: own.length - brought, withheld: entries.length - own.length };
  }

  async takeBack(
    uow: UnitOfWork,
    by: readonly string[],
    after: string | null,
    limit: number,
  ): Promise<string | undefined> {
    const rows = await uow.run<{ id: string }>({
      text: `select distinct h.opportunity_id as id from opportunity_stage_history h
               join opportunity o on o.tenant_id = h.tenant_id and o.id = h.opportunity_id and o.deleted_at is null
              where h.tenant_id = $1 and h.brought_by = any($2::uuid[]) and ($3::uuid is null or h.opportunity_id > $3::uuid)
              order by h.opportunity_id limit $4`,
      values: [uow.tenantId, by, after, limit],
    });
    const ids = [
      ...(await this.changeable(
        uow,
        rows.map(({ id }) => id),
      )),
    ];
    await uow.run({
      text: 'delete from opportunity_stage_history h where h.tenant_id = $1 and h.opportunity_id = any($2::uuid[]) and h.brought_by = any($3::uuid[])',
      values: [uow.tenantId, ids, by],
    });
    // The rollback itself moved the deals back to stages that they have never left now.
    await uow.run({ text: repeated(''), values: [ids] });
    await this.close(uow, ids);
    await uow.run({ text: ESTIMATE_AGAIN, values: [uow.tenantId, ids] });
    await this.keepSince(uow, ids);
    return rows.at(-1)?.id;
  }

  /** Lets each stay of the deals end when the next one begins. */
  private async close(uow: UnitOfWork, ids: string[]): Promise<void> {
    for (const text of [
      // One stay of a deal is open at any time, so the others are closed first.
      `update opportunity_stage_history h set left_at = greatest(n.next, h.entered_at) from (${NEXT}) n where h.id = n.id and n.next is not null`,
      `update opportunity_stage_history h set left_at = null from (${NEXT}) n where h.id = n.id and n.next is null and h.left_at is not null`,
    ])
      await uow.run({ text, values: [ids] });
  }

  /** Lets the deals say since when they have been in their stages by their history as it is now. */
  private async keepSince(uow: UnitOfWork, ids: string[]): Promise<void> {
    const stays = await uow.run<{ id: string; since: string }>({
      text: `select o.id, to_char(h.entered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
               from opportunity o
               join opportunity_stage_history h on h.tenant_id = o.tenant_id and h.opportunity_id = o.id and h.left_at is null
              where o.id = any($1::uuid[]) and o.stage_since is distinct from h.entered_at
              order by o.id for no key update of o`,
      values: [ids],
    });
    await this.records.writer.write(
      'opportunity',
      'update',
      stays.map(({ id, since }) => ({ id, derived: { by: 'opportunities', values: { stageSince: since } } })),
      { uow, asks: 'product', recalculates: true, verb: VALUES_COMPUTED, atomic: true },
    );
  }

  /** Returns those of the deals whose stage the caller may change. */
  private async changeable(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
    const { reader } = this.records;
    const context = await reader.contextFor('opportunity');
    const plan = reader.plan(context.descriptor, [], { context, action: 'update', names: false });
    const [rows] = await uow.together([reader.byIds(plan, ids, context, 'update', 'living')]);
    const access = context.access.decide('opportunity', 'update', context.snapshot);
    return new Set(
      rows!
        .filter((row) => access.rulesFor(plan.load(row).bits).canWrite('stage'))
        .map((row) => plan.load(row).id),
    );
  }

  private async count(uow: UnitOfWork, ids: string[]): Promise<number> {
    const [row] = await uow.run<{ n: number }>({
      text: 'select count(*)::int as n from opportunity_stage_history where opportunity_id = any($1::uuid[]) and imported',
      values: [ids],
    });
    return row!.n;
  }
}
