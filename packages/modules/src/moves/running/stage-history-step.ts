import { Inject, Injectable } from '@nestjs/common';
import { tidyText } from '@pellucid/conditions';
import { ImportFiles, openTable, sniffTable, type TableRow } from '@pellucid/modules/imports';
import { type BroughtStage, BroughtStagesService } from '@pellucid/modules/opportunities';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import type { JobRun } from '@pellucid/platform/jobs';
import { RecordService } from '@pellucid/platform/records';
import { sourceNamed, type StageHistoryFile } from '../catalogues/index.js';
import { MovesRepository } from '../moves.repository.js';
import type { MoveLinks, MoveRun, MoveStep } from '../moves.types.js';
import { cellsOf } from '../planning/file-contents.js';
import { MoveEndedError } from './move-ended.error.js';

/** Number of rows of a batch: at most a page of deals. */
const BATCH = 200;

/** Brings the stages that deals went through in the source. */
@Injectable()
export class StageHistoryStep {
  constructor(
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(MovesRepository) private readonly repository: MovesRepository,
    @Inject(BroughtStagesService) private readonly stages: BroughtStagesService,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Brings the rows after the last checkpoint, a batch at a time. @throws MoveEndedError once the move is stopped */
  async run(move: MoveRun, step: MoveStep, kind: StageHistoryFile, job: JobRun): Promise<void> {
    const source = await this.files.source(step.fileId);
    const table = await openTable(source, await sniffTable(source));
    const cells = cellsOf(table.columns);
    const progress = { ...step, skipped: { ...step.skipped }, counts: { ...step.counts } };
    const skips = kind.skips?.();
    const idPrefix = sourceNamed(move.source).idPrefix ?? '';
    let batch: TableRow[] = [];
    const write = async () => {
      job.signal.throwIfAborted();
      const rows = batch;
      batch = [];
      const counts: Record<string, number> = {};
      const wanted = rows.flatMap((row) => {
        const read = stayOf(cells(row), kind, move.links!, idPrefix);
        if (typeof read !== 'string') return [read];
        counts[read] = (counts[read] ?? 0) + 1;
        return [];
      });
      const deals = await this.dealsOf([...new Set(wanted.map(({ deal }) => deal))]);
      await this.units.run(
        async (uow, [held]) => {
          if (held?.[0]?.status !== 'running') throw new MoveEndedError();
          await job.guard(uow);
          const entries = wanted.flatMap(({ deal, ...stay }): BroughtStage[] => {
            const opportunityId = deals.get(deal);
            return opportunityId ? [{ opportunityId, ...stay }] : [];
          });
          const done = await this.stages.bring(uow, entries);
          counts['unknownDeal'] = wanted.length - entries.length;
          add(progress.counts, { ...counts, ...done });
          progress.row = rows.at(-1)!.row;
          await this.repository.setProgress(uow, move.id, progress);
        },
        [this.repository.hold(move.id)],
      );
    };
    for await (const rows of table.rows)
      for (const row of rows) {
        if (row.row <= step.row) continue;
        const reason = skips?.(cells(row));
        if (reason) add(progress.skipped, { [reason]: 1 });
        else batch.push(row);
        if (batch.length >= BATCH) await write();
      }
    if (batch.length) await write();
  }

  /** Returns the deals with these external ids that the person sees, by external id. */
  private async dealsOf(ids: string[]): Promise<Map<string, string>> {
    if (!ids.length) return new Map();
    const { data } = await this.records.list('opportunity', {
      filter: { field: 'externalId', op: 'in', value: ids },
      fields: ['externalId'],
      limit: BATCH,
    });
    return new Map(data.map((deal) => [String(deal['externalId']), deal.id]));
  }
}

function add(counts: Record<string, number>, more: Record<string, number>): void {
  for (const [key, n] of Object.entries(more)) if (n) counts[key] = (counts[key] ?? 0) + n;
}

/** Returns when the deal of a row entered which stage, or why that can't be told. */
function stayOf(
  cell: (column: string) => string,
  kind: StageHistoryFile,
  { stages, people }: MoveLinks,
  idPrefix: string,
): (Omit<BroughtStage, 'opportunityId'> & { deal: string }) | 'unknownStage' | 'unknownTime' {
  const stageId = stages[tidyText(cell(kind.stage))];
  if (!stageId) return 'unknownStage';
  const at = timeOf(cell(kind.at));
  if (at === undefined) return 'unknownTime';
  return {
    deal: idPrefix + tidyText(cell(kind.deal)),
    stageId,
    at,
    memberId: people[tidyText(cell(kind.by))] ?? null,
  };
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?$/;

/** Reads a time. Without a zone, it is in UTC, as in the export of Salesforce. */
function timeOf(text: string): string | undefined {
  const [, day, clock, zone] = TIME.exec(text.trim()) ?? [];
  if (!day) return undefined;
  const at = Date.parse(`${day}T${clock}${zone ?? 'Z'}`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
