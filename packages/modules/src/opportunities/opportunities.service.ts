import { Inject, Injectable } from '@nestjs/common';
import { conflict, ProblemError } from '@pellucid/platform/errors';
import {
  type AccessNotes,
  accessNotes,
  type IdempotencyRequest,
  instant,
  notInClear,
  parseFilter,
  type PresentedRecord,
  RecordService,
} from '@pellucid/platform/records';
import { ACTIONS } from './opportunities.rules.js';
import { formatAmount } from '@pellucid/platform/money';
import { type HistoryRow, OpportunitiesRepository } from './opportunities.repository.js';

/** The parameters of a verb besides the deal's id. */
export interface VerbRequest {
  ifMatch?: number | undefined;
  idempotency?: IdempotencyRequest | undefined;
}

/**
 * Actions on deals other than changing fields. The participants contain the rules, so that they apply to every kind of
 * write.
 */
@Injectable()
export class OpportunitiesService {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(OpportunitiesRepository) private readonly repository: OpportunitiesRepository,
  ) {}

  /**
   * Moves a deal to another open stage.
   * @throws ProblemError 409 when it is closed, 422 for fields that the stage requires, 412
   */
  move(id: string, stage: string, request: VerbRequest = {}): Promise<PresentedRecord> {
    return this.write(id, 'moved', { stage }, request);
  }

  /** Wins a deal. @param given close date (by default today in the tenant's time zone) and reason */
  async win(
    id: string,
    given: { closeDate?: string | null; reason?: string | null },
    request: VerbRequest = {},
  ): Promise<PresentedRecord> {
    return this.write(id, 'won', { stage: await this.closingStage(id, 'won'), ...dated(given) }, request);
  }

  /** Loses a deal. */
  async lose(
    id: string,
    given: { reason: string; closeDate?: string | null },
    request: VerbRequest = {},
  ): Promise<PresentedRecord> {
    return this.write(id, 'lost', { stage: await this.closingStage(id, 'lost'), ...dated(given) }, request);
  }

  /** Reopens a closed deal. @param stage by default the open stage it was in last, else the first one */
  async reopen(
    id: string,
    stage: string | null | undefined,
    request: VerbRequest = {},
  ): Promise<PresentedRecord> {
    return this.write(id, 'reopened', { stage: stage ?? (await this.stageToReturnTo(id)) }, request);
  }

  /**
   * Returns the deal's stages, oldest first; empty if the caller does not see its stage.
   * @throws ProblemError 404
   */
  async stageHistory(id: string) {
    const { reader } = this.records;
    const deal = await reader.get('opportunity', id, {
      fields: ['stage', 'engageDate', 'closeDate', 'closedAt'],
    });
    const access = (deal['meta'] as { access?: AccessNotes } | undefined)?.access;
    // For a stage that the caller sees but whose name they may not see, only the id is known.
    if (access?.['stage'] && !deal['stage']?.id) return { data: [], meta: { access } };
    const rows = await this.repository.history(id);
    const stages = await reader.visibleNames(
      'stage',
      rows.map((h) => h.stage_id),
    );
    const people = await reader.visibleNames(
      'member',
      rows.flatMap((h) => (h.actor_kind === 'member' && h.actor_id ? [h.actor_id] : [])),
    );
    const categories = await this.categoriesOf(rows.map((h) => h.stage_id));
    // The time of entering a stage may have been derived from these dates, so it is withheld together with them.
    const isDated = ['engageDate', 'closeDate', 'closedAt'].every((key) => !access?.[key]);
    const isConcluded = (h: HistoryRow | undefined) =>
      h !== undefined && (h.inferred || h.category !== 'open');
    return {
      data: rows.map((h, i) => {
        const actorName = people.get(h.actor_id ?? '');
        return {
          id: h.id,
          stage: {
            id: h.stage_id,
            name: stages.get(h.stage_id) ?? '',
            ...(categories(h.stage_id) ? { category: h.category } : {}),
          },
          enteredAt: isDated || !isConcluded(h) ? instant(h.entered_at) : null,
          leftAt:
            h.left_at === null || !(isDated || !(h.inferred || isConcluded(rows[i + 1])))
              ? null
              : instant(h.left_at),
          actor: { kind: h.actor_kind, id: h.actor_id, ...(actorName ? { name: actorName } : {}) },
          inferred: h.inferred,
          imported: h.imported,
        };
      }),
      ...(access ? { meta: { access } } : {}),
    };
  }

  /**
   * Returns the number and total of deals in each stage of a pipeline that the caller may see and that match the
   * filter. Sums are left out if individual amounts are withheld: `meta.access` says so.
   * @throws ProblemError 404 for the pipeline, 400 for the filter, 422 when the stages of deals are withheld
   */
  async totals(pipelineId: string, request: { filter?: string | undefined; q?: string | undefined }) {
    const { reader, aggregates } = this.records;
    await reader.get('pipeline', pipelineId, { fields: [] });
    const context = await reader.contextFor('opportunity');
    const rules = context.access.rules('opportunity', context.snapshot);
    if (!rules.canFilter('stage')) throw notInClear('?filter', 'stage');
    const notes = accessNotes(
      context.descriptor,
      rules,
      ['amount', 'baseAmount'].map((key) => context.descriptor.byKey.get(key)!),
    );
    const filter = parseFilter(request.filter, context);
    const found = await this.repository.stages(pipelineId);
    const ids = found.map((s) => s.id);
    const visible = await reader.visibleIds('stage', ids);
    const stages = found.filter((s) => visible.has(s.id));
    const names = await reader.visibleNames('stage', ids);
    const categories = await this.categoriesOf(ids, visible);
    const currency = context.snapshot.settings.baseCurrency;
    const none = [0, formatAmount('0', currency)];
    const sums = stages.length
      ? await aggregates.run(
          'opportunity',
          {
            filter,
            q: request.q,
            groupBy: [{ field: 'stage' }],
            measures: [{ fn: 'count' }, ...(notes ? [] : [{ fn: 'sum' as const, field: 'amount' }])],
            limit: stages.length,
          },
          { field: 'stage', op: 'in', value: stages.map(({ id }) => id) },
        )
      : { rows: [], totals: none };
    const byStage = new Map(sums.rows.map(({ keys: [key], values }) => [(key as { id: string }).id, values]));
    const shown = ([count, amount]: unknown[]) => ({ count, ...(notes ? {} : { amount }), currency });
    const data = stages.map(({ id, category }, position) => ({
      stage: {
        id,
        name: names.get(id) ?? '',
        ...(categories(id) ? { category } : {}),
        position,
      },
      ...shown(byStage.get(id) ?? none),
    }));
    return { data, total: shown(sums.totals), ...(notes ? { meta: { access: notes } } : {}) };
  }

  /**
   * Returns for which of the stages the caller may know the category.
   * @param visible those of them that the caller may see, if that is known already
   */
  private async categoriesOf(stages: string[], visible?: Set<string>): Promise<(id: string) => boolean> {
    const { reader } = this.records;
    const context = await reader.contextFor('stage');
    if (!context.access.rules('stage', context.snapshot).canFilter('category')) return () => false;
    const shown = visible ?? (await reader.visibleIds('stage', [...new Set(stages)]));
    return (id) => shown.has(id);
  }

  private async write(
    id: string,
    verb: keyof typeof ACTIONS,
    changes: Record<string, unknown>,
    request: VerbRequest,
  ): Promise<PresentedRecord> {
    const done = this.records.update(
      'opportunity',
      [{ id, changes, ...(request.ifMatch === undefined ? {} : { ifMatch: request.ifMatch }) }],
      {
        verb,
        action: ACTIONS[verb],
        strictVersion: true,
        present: true,
        ...(request.idempotency ? { idempotency: request.idempotency } : {}),
      },
    );
    return (await this.records.one(done, 'opportunity')).record;
  }

  /** Returns the stage of the deal's pipeline that closes it; null where the engine refuses the write anyway. */
  private async closingStage(id: string, category: 'won' | 'lost'): Promise<string | null> {
    const stage = await this.repository.firstStage(id, category);
    if (stage) return stage;
    return this.withoutStage(
      id,
      `The opportunity's pipeline has no stage of category "${category}". Add one first.`,
    );
  }

  private async stageToReturnTo(id: string): Promise<string | null> {
    const stage = await this.repository.lastOpenStage(id);
    if (stage) return stage;
    return this.withoutStage(id, "The opportunity's pipeline has no open stage. Add one first.");
  }

  /**
   * Only callers who see the deal's pipeline are told what it lacks. For the others, the engine refuses the write as it
   * would if the pipeline had the stage.
   */
  private async withoutStage(id: string, detail: string): Promise<null> {
    const fields = ['pipeline', 'stage'];
    const deal = await this.records.reader.get('opportunity', id, { fields }).catch((error) => {
      if (error instanceof ProblemError && error.status === 404) return null;
      throw error;
    });
    const { access } = (deal?.['meta'] ?? {}) as { access?: AccessNotes };
    if (deal && !fields.some((field) => access?.[field])) throw conflict('stageMissing', detail);
    return null;
  }
}

function dated(given: { closeDate?: string | null; reason?: string | null }): Record<string, unknown> {
  return {
    ...(given.closeDate ? { closeDate: given.closeDate } : {}),
    ...(given.reason ? { closeReason: given.reason } : {}),
  };
}
