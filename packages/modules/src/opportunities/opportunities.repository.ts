import { Inject, Injectable } from '@nestjs/common';
import type { StageCategory } from '@pellucid/modules/pipelines';
import { TenantPool } from '@pellucid/platform/db';

/** A stored entry of the stage history. */
export interface HistoryRow {
  id: string;
  stage_id: string;
  category: StageCategory;
  entered_at: string;
  left_at: string | null;
  actor_kind: string;
  actor_id: string | null;
  inferred: boolean;
  imported: boolean;
}

/**
 * Reads what the record engine does not know about deals: history and sums. It does not read names; the engine
 * provides them for people who may see them.
 */
@Injectable()
export class OpportunitiesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Lists the stages that a deal has been in, oldest first. */
  async history(id: string): Promise<HistoryRow[]> {
    const { rows } = await this.pool.query(
      `select h.id, h.stage_id, s.category, h.entered_at, h.left_at, h.actor_kind, h.actor_id, h.inferred, h.imported
         from opportunity_stage_history h join stage s on s.tenant_id = h.tenant_id and s.id = h.stage_id
        where h.opportunity_id = $1 order by h.entered_at, h.id limit 1000`,
      [id],
    );
    return rows;
  }

  /** Returns the first stage of a category in the deal's pipeline. */
  async firstStage(id: string, category: StageCategory): Promise<string | undefined> {
    const { rows } = await this.pool.query(
      `select s.id from opportunity o join stage s on s.tenant_id = o.tenant_id and s.pipeline_id = o.pipeline_id
        where o.id = $1 and o.deleted_at is null and s.category = $2 and s.deleted_at is null
        order by s.position, s.id limit 1`,
      [id, category],
    );
    return rows[0]?.id;
  }

  /** Returns the open stage that the deal was in last, else the first one of its pipeline. */
  async lastOpenStage(id: string): Promise<string | undefined> {
    const { rows } = await this.pool.query(
      `select s.id from opportunity o join stage s on s.tenant_id = o.tenant_id and s.pipeline_id = o.pipeline_id
         left join lateral (select max(h.entered_at) as at from opportunity_stage_history h
                             where h.tenant_id = o.tenant_id and h.opportunity_id = o.id and h.stage_id = s.id) last on true
        where o.id = $1 and o.deleted_at is null and s.category = 'open' and s.deleted_at is null
        order by last.at desc nulls last, s.position, s.id limit 1`,
      [id],
    );
    return rows[0]?.id;
  }

  /** Returns the undeleted stages of a pipeline in order; none if the pipeline does not exist. */
  async stages(pipelineId: string): Promise<{ id: string; category: StageCategory }[]> {
    const { rows } = await this.pool.query(
      `select s.id, s.category
         from stage s join pipeline p on p.tenant_id = s.tenant_id and p.id = s.pipeline_id
        where p.id = $1 and p.deleted_at is null and s.deleted_at is null order by s.position, s.id`,
      [pipelineId],
    );
    return rows;
  }
}
