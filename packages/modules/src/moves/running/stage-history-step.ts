import { Inject, Injectable } from '@nestjs/common';
import { tidyText } from '@pellucid/conditions';
import { instantOf, parseDateText } from '@pellucid/conditions/locale-text';
import { ImportFiles, openTable, sniffTable, type TableRow } from '@pellucid/modules/imports';
import { AccessDirectory } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import type { JobRun } from '@pellucid/platform/jobs';
import { type BroughtStay, RecordService, ValueHistories } from '@pellucid/platform/records';
import { type RecordFile, sourceNamed, type SourceStay, type StageHistoryFile } from '../catalogues/index.js';
import { MovesRepository } from '../moves.repository.js';
import type { MoveLinks, MoveRun, MoveStep } from '../moves.types.js';
import { cellsOf, stageKey } from '../planning/file-contents.js';
import { MoveEndedError } from './move-ended.error.js';

/** Number of rows of a batch: at most a page of deals. */
const BATCH = 200;

/** Brings the stages that deals went through in the source. */
@Injectable()
export class StageHistoryStep {
  constructor(
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(MovesRepository) private readonly repository: MovesRepository,
    @Inject(ValueHistories) private readonly histories: ValueHistories,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Brings the rows after the last checkpoint, a batch at a time. @throws MoveEndedError once the move is stopped */
  async run(
    move: MoveRun,
    step: MoveStep,
    { history, skips: skipsOf }: StageHistoryFile | RecordFile,
    job: JobRun,
  ): Promise<void> {
    const source = await this.files.source(step.fileId);
    const table = await openTable(source, await sniffTable(source));
    const system = sourceNamed(move.source);
    const cells = cellsOf(table.columns, system);
    const stays = history?.reader(table.columns);
    const target = history && this.histories.of(history.object);
    if (!stays || !target) return table.close();
    const { settings } = await this.directory.current();
    const zone = system.zone ?? settings.zone;
    const progress = { ...step, skipped: { ...step.skipped }, counts: { ...step.counts } };
    const skips = skipsOf?.();
    let batch: TableRow[] = [];
    const write = async () => {
      job.signal.throwIfAborted();
      const rows = batch;
      batch = [];
      const counts: Record<string, number> = {};
      const wanted = rows.flatMap((row) =>
        stays(cells(row)).flatMap((stay) => {
          const read = readStay(stay, move.links!, zone);
          if (typeof read !== 'string')
            return [{ ...read, deal: (system.idPrefix ?? '') + tidyText(stay.deal) }];
          counts[read] = (counts[read] ?? 0) + 1;
          return [];
        }),
      );
      const deals = await this.recordsOf(target.object, [...new Set(wanted.map(({ deal }) => deal))]);
      await this.units.run(
        async (uow, [held]) => {
          if (held?.[0]?.status !== 'running') throw new MoveEndedError();
          await job.guard(uow);
          const entries = wanted.flatMap(({ deal, ...stay }): BroughtStay[] => {
            const recordId = deals.get(deal);
            return recordId ? [{ recordId, ...stay }] : [];
          });
          const done = await target.bring(uow, entries, move.id);
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

  /** Returns the records with these external ids that the person sees, by external id. */
  private async recordsOf(object: string, ids: string[]): Promise<Map<string, string>> {
    if (!ids.length) return new Map();
    const { data } = await this.records.list(object, {
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

/** Returns which stage a deal entered and when, or why that can't be told. */
function readStay(
  { stage, pipeline, at: text, by }: SourceStay,
  { stages, people }: MoveLinks,
  zone: string,
): Omit<BroughtStay, 'recordId'> | 'unknownStage' | 'unknownTime' {
  const valueId = stages[stageKey(tidyText(pipeline), tidyText(stage))];
  if (!valueId) return 'unknownStage';
  const written = parseDateText(text, 'YMD');
  if (!written) return 'unknownTime';
  return { valueId, at: instantOf(written, zone), memberId: people[tidyText(by)] ?? null };
}
