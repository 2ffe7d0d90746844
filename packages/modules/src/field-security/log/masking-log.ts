import { Inject, Injectable } from '@nestjs/common';
import { contextOrUndefined, type WorkContext } from '@pellucid/platform/context';
import { type DelayedWrite, DelayedWrites } from '@pellucid/platform/db';
import { Metrics } from '@pellucid/platform/observability';
import { newId, type ReadObserver, type Sight } from '@pellucid/platform/records';
import { MaskingLogRepository, type NewLogRow } from './masking-log.repository.js';

/** Interval for saving what was seen: a process that is killed loses at most this much. */
const FLUSH_MS = 1_000;

/** Maximum number of rows and record ids kept in memory. Anything beyond is counted as dropped and not written. */
const MAX_ROWS = 20_000;
const MAX_IDS = 1_000_000;

/** Number of rows written by one statement. */
const BATCH = 2_000;

/** One request's view of some fields of one object. */
interface Look {
  row: Omit<NewLogRow, 'record_ids'>;
  ids: Set<string>;
}

/** Returns whom a context's reads are attributed to; undefined for the product itself. */
function subjectOf({
  memberId,
  actor,
}: WorkContext): Pick<NewLogRow, 'subject_kind' | 'subject_id'> | undefined {
  if (memberId) return { subject_kind: 'member', subject_id: memberId };
  if (actor.kind === 'apiKey') return { subject_kind: 'apiKey', subject_id: actor.id };
  return undefined;
}

/** Collects who saw which personal fields of which records, and saves it every second, without delaying requests. */
@Injectable()
export class MaskingLog implements ReadObserver {
  private looks: Look[] = [];
  private byContext = new WeakMap<WorkContext, Look[]>();
  private ids = 0;
  private readonly delayed: DelayedWrite;
  private readonly dropped;

  constructor(
    @Inject(MaskingLogRepository) private readonly repository: MaskingLogRepository,
    @Inject(DelayedWrites) delayedWrites: DelayedWrites,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.delayed = delayedWrites.add('masking log', FLUSH_MS, () => this.write());
    this.dropped = metrics.counter(
      'pellucid_masking_log_dropped_total',
      'Looks at personal fields that were not written down, since too many were waiting',
      [],
    );
  }

  /** Collects that the context’s caller was shown personal fields. */
  saw({ object, recordIds, clear, masked }: Sight): void {
    const context = contextOrUndefined();
    const subject = context && subjectOf(context);
    if (!subject || !context.tenantId) return;
    if (this.ids + recordIds.length > MAX_IDS) {
      this.dropped.inc();
      return;
    }
    let own = this.byContext.get(context);
    if (!own) {
      own = [];
      this.byContext.set(context, own);
    }
    let look = own.find(
      ({ row }) =>
        row.object === object && sameKeys(row.clear_fields, clear) && sameKeys(row.masked_fields, masked),
    );
    if (!look) {
      if (this.looks.length >= MAX_ROWS) {
        this.dropped.inc();
        return;
      }
      look = {
        row: {
          tenant_id: context.tenantId,
          id: newId(),
          at: new Date().toISOString(),
          ...subject,
          object,
          clear_fields: clear,
          masked_fields: masked,
          route: context.route ?? '',
          correlation_id: context.correlationId,
        },
        ids: new Set(),
      };
      own.push(look);
      this.looks.push(look);
    }
    const before = look.ids.size;
    for (const id of recordIds) look.ids.add(id);
    this.ids += look.ids.size - before;
    this.delayed.due();
  }

  /** Saves what was seen so far. What cannot be saved is kept for the next time, as long as there is room. */
  flush(): Promise<void> {
    return this.delayed.flush();
  }

  private async write(): Promise<void> {
    const { looks, ids } = this;
    this.looks = [];
    this.byContext = new WeakMap();
    this.ids = 0;
    let written = 0;
    try {
      for (; written < looks.length; written += BATCH)
        await this.repository.insert(
          looks
            .slice(written, written + BATCH)
            .map(({ row, ids: seen }) => ({ ...row, record_ids: [...seen] })),
        );
    } catch (err) {
      const kept = looks.slice(written);
      const room = Math.max(0, MAX_ROWS - this.looks.length);
      if (kept.length > room) this.dropped.inc(kept.length - room);
      this.looks = [...kept.slice(0, room), ...this.looks];
      this.ids += ids;
      throw err;
    }
  }
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((key, i) => key === b[i]));
}
