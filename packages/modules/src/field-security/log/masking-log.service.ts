import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import { CursorSealer, PEOPLE, RecordReader, RecordRegistry } from '@pellucid/platform/records';
import { ShownRecordsRepository } from '../shown-records.repository.js';
import { type LogEntry, type LogFilter, MaskingLogRepository } from './masking-log.repository.js';

/** Maximum number of records named per entry; the others are listed by id. */
const NAMED = 5;

/** An entry with the names of some of its records, as far as the reader may see them. */
export interface NamedLogEntry extends LogEntry {
  records: { id: string; name: string | null }[];
}

/** Shows who saw what. */
@Injectable()
export class MaskingLogService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(MaskingLogRepository) private readonly repository: MaskingLogRepository,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(ShownRecordsRepository) private readonly records: ShownRecordsRepository,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page, newest first. @throws ProblemError 400 for an invalid cursor */
  async list(
    filter: LogFilter,
    limit: number,
    cursor?: string,
  ): Promise<{ data: NamedLogEntry[]; page: { nextCursor: string | null; hasMore: boolean } }> {
    const binding = JSON.stringify([requireTenant(), 'maskingLog', filter]);
    const before = cursor === undefined ? undefined : this.cursors.open(cursor, binding).id;
    const found = await this.repository.page(filter, limit + 1, before);
    const data = found.slice(0, limit);
    const hasMore = found.length > limit;
    return {
      data: await this.named(data, filter.record),
      page: {
        nextCursor: hasMore ? this.cursors.seal({ values: [], id: data.at(-1)!.id }, binding) : null,
        hasMore,
      },
    };
  }

  private async named(entries: LogEntry[], wanted: string | undefined): Promise<NamedLogEntry[]> {
    const shown = new Map(
      entries.map((entry) => [
        entry,
        wanted === undefined
          ? entry.recordIds.slice(0, NAMED)
          : entry.recordIds.filter((id) => id === wanted),
      ]),
    );
    const ids = new Map<string, string[]>();
    const snapshot = await this.directory.current();
    for (const [{ object }, some] of shown)
      if (this.registry.has(object, snapshot)) ids.set(object, [...(ids.get(object) ?? []), ...some]);
    const wantedNames = await Promise.all(
      [...ids].map(async ([object, some]) => ({
        context: await this.reader.contextFor(object),
        ids: [...new Set(some)],
      })),
    );
    const names = await this.records.names(wantedNames);
    const people = entries.flatMap(({ subject: { kind, id } }) => (kind === 'member' && id ? [id] : []));
    const known = await this.reader.visibleNames(PEOPLE, people);
    return entries.map((entry) => ({
      ...entry,
      subject: { ...entry.subject, name: nameOf(entry.subject, known) },
      records: shown.get(entry)!.map((id) => ({ id, name: names.get(id) ?? null })),
    }));
  }
}

/** The name of a person as far as the reader may know it, or of an API key. */
function nameOf({ kind, id, name }: LogEntry['subject'], known: Map<string, string>): string | null {
  return kind === 'member' ? (known.get(id ?? '') ?? null) : name;
}
