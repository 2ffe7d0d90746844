import { Injectable } from '@nestjs/common';
import type { TenantSnapshot } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { StageCategory } from './stages.record.js';

/** The data of a stage that rules for deals need. */
export interface StageInfo {
  id: string;
  pipelineId: string;
  name: string;
  category: StageCategory;
  probability: number;
  forecastCategory: string;
  requiredFields: string[];
}

/** A pipeline with its undeleted stages in order. */
export interface PipelineInfo {
  id: string;
  name: string;
  isDefault: boolean;
  stages: StageInfo[];
}

/** All undeleted pipelines of a tenant. */
export class Pipelines {
  readonly stages: Map<string, StageInfo>;

  constructor(readonly byId: Map<string, PipelineInfo>) {
    this.stages = new Map([...byId.values()].flatMap((p) => p.stages.map((s) => [s.id, s] as const)));
  }

  /** The pipeline of deals that specify none. */
  get byDefault(): PipelineInfo | undefined {
    const all = [...this.byId.values()];
    return all.find((p) => p.isDefault) ?? all[0];
  }

  /** Returns the first stage of a category in a pipeline. */
  first(pipelineId: string, category: StageCategory): StageInfo | undefined {
    return this.byId.get(pipelineId)?.stages.find((s) => s.category === category);
  }
}

/**
 * Caches pipelines and stages, one copy per access version of the tenant: changes of both objects increase the version.
 */
@Injectable()
export class PipelineDirectory {
  private readonly cache = new WeakMap<TenantSnapshot, Pipelines>();

  /**
   * Returns the tenant's pipelines.
   * @param stages,pipelines ids that the caller is about to use: if the copy lacks one, it is reloaded
   */
  async of(
    uow: UnitOfWork,
    snapshot: TenantSnapshot,
    wanted: { stages?: string[]; pipelines?: string[] } = {},
  ): Promise<Pipelines> {
    const cached = this.cache.get(snapshot);
    const complete =
      cached?.byDefault &&
      (wanted.stages ?? []).every((id) => cached.stages.has(id)) &&
      (wanted.pipelines ?? []).every((id) => cached.byId.has(id));
    if (complete) return cached;
    const [pipelines, stages] = await uow.together([
      { text: 'select id, name, is_default from pipeline where deleted_at is null order by position, id' },
      {
        text: `select id, pipeline_id, name, category, probability, forecast_category, required_fields
                 from stage where deleted_at is null order by position, id`,
      },
    ]);
    const byId = new Map<string, PipelineInfo>(
      pipelines!.map((p) => [p.id, { id: p.id, name: p.name, isDefault: p.is_default, stages: [] }]),
    );
    for (const s of stages!)
      byId.get(s.pipeline_id)?.stages.push({
        id: s.id,
        pipelineId: s.pipeline_id,
        name: s.name,
        category: s.category,
        probability: Number(s.probability),
        forecastCategory: s.forecast_category,
        requiredFields: s.required_fields,
      });
    const loaded = new Pipelines(byId);
    // A reload may contain uncommitted changes of this transaction, so only the first load is cached.
    if (!cached && snapshot.version !== '0') this.cache.set(snapshot, loaded);
    return loaded;
  }
}
