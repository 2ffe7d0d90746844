import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../../access/index.js';
import { type Statement, type StatementResult, TenantPool } from '../../../db/tenant-pool.js';
import type { FilterContext } from '../../decide/index.js';
import { type FieldDescriptor, PEOPLE, type RecordDescriptor } from '../../describe/index.js';
import { type PresentedRecord, RecordReader } from '../../read/index.js';
import { EventPresenter, type SeenRecord } from '../event-presenter.js';
import { entryOf, type HistoryEntry, type LogRow } from '../log-rows.js';
import type { TimelineItem } from './timeline-folds.js';
import type { TimelineSources } from './timeline-sources.js';

/** An event on a timeline, with the record to which it happened. */
export type TimelineEvent = HistoryEntry & {
  object: string;
  record: { id: string; name: string };
  /** For a share: with whom, how far and until when. */
  share?: { grantee: { kind: string; id: string; name: string }; access: string; until: string | null };
};

/** An entry of a timeline: events that belong together, or a record that is about the record. */
export interface TimelineEntry {
  /** Stays the same while events join the entry. */
  id: string;
  /** `changes` of the record itself, or the object whose events or record it shows. */
  kind: string;
  at: string;
  /** Newest first. */
  events?: TimelineEvent[];
  /** The record that is about the record, with its name and what it shows first. */
  record?: PresentedRecord & { name: string };
}

/** What entries show of a record. */
interface ShownRecord {
  name: string;
  seen?: SeenRecord;
  presented?: PresentedRecord;
}

type Rows = StatementResult[];

/** Shows entries of timelines, under the reader's rights at this moment. */
@Injectable()
export class TimelinePresenter {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Shows entries. What the reader has lost sight of since they were found is left out.
   * @param of the timeline's record @param entries items that belong together, the newest first
   */
  async present(
    of: SeenRecord,
    sources: TimelineSources,
    entries: readonly TimelineItem[][],
  ): Promise<TimelineEntry[]> {
    const shown = await this.recordsOf(of, sources, entries.flat());
    const showsOrigin = this.directory.may(of.context.snapshot, { system: 'viewAudit' });
    const told: { context: FilterContext; entry: TimelineEvent; row: LogRow }[] = [];
    const presented = entries.flatMap((items): TimelineEntry[] => {
      const [newest] = items;
      const common = { id: items.at(-1)!.id, kind: newest!.kind };
      const record = shown.get(newest!.id);
      if (!newest!.event)
        return record?.presented
          ? [{ ...common, at: shownTime(newest!.at), record: { ...record.presented, name: record.name } }]
          : [];
      const events = items.flatMap(({ event: row }) => {
        const { seen, name } = shown.get(row!.record_id) ?? {};
        if (!seen) return [];
        const entry = this.event(row!, seen, seen === of, showsOrigin);
        entry.record.name = name ?? '';
        told.push({ context: seen.context, entry, row: row! });
        return [entry];
      });
      return events.length ? [{ ...common, at: events[0]!.at, events }] : [];
    });
    await this.events.nameReferences(told);
    const own = told.filter(({ row }) => row.record_id === of.record.id).map(({ entry }) => entry);
    await this.events.nameMerged(of.context, of.record.id, own);
    await this.nameGrantees(of.context, own);
    return presented;
  }

  /** Returns an event of a record. Of other records than the timeline's own, it shows only what its verb is about. */
  private event(row: LogRow, seen: SeenRecord, isOwn: boolean, showsOrigin: boolean): TimelineEvent {
    const { descriptor } = seen.context;
    const at = { object: descriptor.key, record: { id: row.record_id, name: '' } };
    if (row.object !== descriptor.key)
      return { ...entryOf(row, showsOrigin), ...at, changes: {}, ...shareOf(row) };
    if (isOwn) return { ...this.events.present(row, seen, showsOrigin), ...at };
    const tells = new Set(descriptor.verbsTell[row['verb']]);
    const changes = Object.entries(row['changes'] ?? {}).filter(([key]) => tells.has(key));
    const personal = null;
    return {
      ...this.events.present({ ...row, changes: Object.fromEntries(changes), personal }, seen, showsOrigin),
      ...at,
    };
  }

  /** Reads what the items show: the records that are about the record, and those to which something happened. */
  private async recordsOf(
    of: SeenRecord,
    { about, related }: TimelineSources,
    items: TimelineItem[],
  ): Promise<Map<string, ShownRecord>> {
    const shown = new Map<string, ShownRecord>();
    const namesOf = (rows: Rows) => new Map(rows.at(-1)!.rows.map((row) => [row.id as string, row.name]));
    const { id: own } = of.record;
    const takes: { statements: Statement[]; take: (rows: Rows) => void | Promise<void> }[] = [
      {
        statements: [this.reader.namesOf(of.context.descriptor.key, [own], of.context)],
        take: (rows) => void shown.set(own, { seen: of, name: namesOf(rows).get(own) ?? '' }),
      },
    ];
    for (const { descriptor, context } of related) {
      const ids = idsOf(items, descriptor.key, ({ event }) => event?.record_id);
      if (!ids.length) continue;
      takes.push({
        statements: [
          ...this.events.seenStatements(context, ids),
          this.reader.namesOf(descriptor.key, ids, context),
        ],
        take: (rows) => {
          const names = namesOf(rows);
          for (const [id, seen] of this.events.seen(context, rows.slice(0, -1)))
            shown.set(id, { seen, name: names.get(id) ?? '' });
        },
      });
    }
    for (const { descriptor, context } of about) {
      const ids = idsOf(items, descriptor.key, (item) => (item.event ? undefined : item.id));
      if (!ids.length) continue;
      const fields = shownFields(descriptor);
      const plan = this.reader.readPlan(
        context,
        fields.map(({ key }) => key),
      );
      takes.push({
        statements: [
          this.reader.byIds(plan, ids, context, 'read', 'living'),
          this.reader.namesOf(descriptor.key, ids, context),
        ],
        take: async (rows) => {
          const names = namesOf(rows);
          const records = (rows[0]!.rows as unknown as any[][]).map((row) => plan.load(row));
          await this.reader.nameLinks(records, context, fields);
          for (const record of records)
            shown.set(record.id, {
              name: names.get(record.id) ?? '',
              presented: this.reader.presentOne(record, context, fields, []),
            });
        },
      });
    }
    const found = await this.pool.read(takes.flatMap(({ statements }) => statements));
    let at = 0;
    for (const { statements, take } of takes) {
      await take(found.slice(at, at + statements.length));
      at += statements.length;
    }
    return shown;
  }

  /** Adds the names of those with whom the record was shared, as far as the reader sees them. */
  private async nameGrantees({ registry, snapshot }: FilterContext, events: TimelineEvent[]): Promise<void> {
    const grantees = events.flatMap(({ share }) => share?.grantee ?? []);
    for (const kind of new Set(grantees.map((grantee) => grantee.kind))) {
      const object = kind === 'member' ? PEOPLE : kind;
      if (!registry.has(object, snapshot)) continue;
      const these = grantees.filter((grantee) => grantee.kind === kind);
      const names = await this.reader.visibleNames(
        object,
        these.map(({ id }) => id),
      );
      for (const grantee of these) grantee.name = names.get(grantee.id) ?? '';
    }
  }
}

const idsOf = (
  items: TimelineItem[],
  kind: string,
  idOf: (item: TimelineItem) => string | undefined,
): string[] => [...new Set(items.filter((item) => item.kind === kind).flatMap((item) => idOf(item) ?? []))];

/** Returns the fields that entries show of a record: its key facts and long texts. */
function shownFields({ fields, presentation }: RecordDescriptor): FieldDescriptor[] {
  const facts = new Set(presentation.keyFacts);
  return fields.filter((f) => facts.has(f.key) || f.traits.isMultiline);
}

/** Returns the terms of a share from its event; of one that was taken back, those that it had. */
function shareOf({ changes }: LogRow): Pick<TimelineEvent, 'share'> {
  const term = (key: string) => changes?.[key]?.after ?? changes?.[key]?.before;
  const grantee = term('grantee');
  if (!grantee) return {};
  return {
    share: { grantee: { ...grantee, name: '' }, access: term('access'), until: term('until') ?? null },
  };
}

const shownTime = (at: number) => new Date(at / 1000).toISOString();
