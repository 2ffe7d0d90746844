import type { WriteParticipant } from '@pellucid/platform/records';

/**
 * A stage with deals keeps its category: otherwise won deals would become open, or open ones closed, without anybody
 * saying so.
 */
export const stageInUseParticipant: WriteParticipant = {
  name: 'opportunities.stage-in-use',
  objects: ['stage'],
  phase: 'checks',
  order: 900,
  related(batch) {
    const rows = batch.operation === 'update' ? batch.rows.filter((r) => r.changed('category')) : [];
    if (!rows.length) return [];
    return [
      {
        text: `select s.id from unnest($1::uuid[]) as s(id)
                where exists (select 1 from opportunity o where o.stage_id = s.id and o.deleted_at is null)`,
        values: [rows.map((r) => r.id)],
      },
    ];
  },
  run(batch) {
    const [used = []] = batch.related.get('opportunities.stage-in-use') ?? [];
    for (const row of batch.rows)
      if (row.ok && row.changed('category') && used.some((u: any) => u.id === row.id))
        row.refuse(
          'category',
          'stageInUse',
          'This stage contains opportunities. Move them to another stage before you change its category.',
        );
  },
};
