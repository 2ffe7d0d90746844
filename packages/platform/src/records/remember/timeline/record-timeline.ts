import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../config/index.js';
import { requireTenant } from '../../../context/index.js';
import { TenantPool } from '../../../db/tenant-pool.js';
import { badRequest, notFound } from '../../../errors/index.js';
import { accessNotes, CursorSealer, RecordReader } from '../../read/index.js';
import { EventPresenter, type SeenRecord } from '../event-presenter.js';
import type { LogRow } from '../log-rows.js';
import { foldedPage, MOST_FOLDED, type TimelineItem } from './timeline-folds.js';
import { newestFirst, placeOfEvent, type TimelinePosition } from './timeline-position.js';
import { type TimelineEntry, TimelinePresenter } from './timeline-presenter.js';
import { kindsOf, OWN_CHANGES, type TimelineSources, timelineSources } from './timeline-sources.js';
import { aboutRecords, ownEvents, relatedEvents, type TimelineWindow } from './timeline-statements.js';
import { merged, TimelineStream } from './timeline-streams.js';

/** Which entries of a timeline are asked for. */
export interface TimelineRequest {
  limit?: number;
  cursor?: string | undefined;
  /** All kinds if left out. */
  kinds?: string[] | undefined;
  /** Ids of people and API keys; everybody's if left out. */
  people?: string[] | undefined;
}

/** A page of a timeline, newest first. */
export interface TimelinePage {
  data: TimelineEntry[];
  /** What is planned, the next first. Only the first page has it. */
  upcoming?: TimelineEntry[];
  page: { nextCursor: string | null; hasMore: boolean };
  /** The kinds of entries that the reader can filter by. */
  kinds: string[];
  meta?: { access: NonNullable<ReturnType<typeof accessNotes>> };
}

/** Most planned records above a timeline. */
const MOST_UPCOMING = 20;

/** Reads what happened to a record and around it, from all sources, under the reader's rights in each. */
@Injectable()
export class RecordTimeline {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(TimelinePresenter) private readonly presenter: TimelinePresenter,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns a page of a record's timeline.
   * @throws ProblemError 404 if the reader may not see the record, 400 for an invalid cursor or kind
   */
  async of(object: string, id: string, request: TimelineRequest = {}): Promise<TimelinePage> {
    const { limit = 25, cursor, people } = request;
    const context = await this.reader.contextFor(object);
    const all = timelineSources(context);
    const kinds = kindsOf(all);
    const wanted = new Set(request.kinds ?? kinds);
    for (const kind of wanted) if (!kinds.includes(kind)) throw noSuchKind(kind, kinds);
    const sources = {
      about: all.about.filter(({ descriptor }) => wanted.has(descriptor.key)),
      related: all.related.filter(({ descriptor }) => wanted.has(descriptor.key)),
    };
    const binding = JSON.stringify([
      'timeline',
      requireTenant(),
      object,
      id,
      [...wanted].sort(),
      people ?? null,
    ]);
    const after = cursor === undefined ? undefined : positionOf(this.cursors.open(cursor, binding));

    const found = await this.pool.read(this.events.seenStatements(context, [id]));
    const seen = this.events.seen(context, found).get(id);
    if (!seen) throw notFound(`This ${context.descriptor.label.toLowerCase()}`);
    const now = Date.now() * 1000;
    const window = { after, people, limit: limit + MOST_FOLDED };
    const streams = this.streams(seen, sources, wanted.has(OWN_CHANGES), window, now);
    const [{ entries, hasMore }, planned] = await Promise.all([
      foldedPage(merged(streams, this.pool), limit),
      cursor === undefined ? this.upcoming(seen, sources, people, now) : [],
    ]);
    const shown = await this.presenter.present(seen, sources, [...entries, ...planned.map((item) => [item])]);
    const isPlanned = new Set(planned.map((item) => item.id));
    const last = entries.at(-1)?.at(-1);
    const notes = accessNotes(context.descriptor, seen.rules);
    return {
      data: shown.filter((entry) => !isPlanned.has(entry.id)),
      ...(cursor === undefined && { upcoming: shown.filter((entry) => isPlanned.has(entry.id)) }),
      page: {
        nextCursor:
          hasMore && last ? this.cursors.seal({ values: [String(last.at)], id: last.id }, binding) : null,
        hasMore,
      },
      kinds,
      ...(notes && { meta: { access: notes } }),
    };
  }

  private streams(
    seen: SeenRecord,
    { about, related }: TimelineSources,
    hasOwn: boolean,
    window: TimelineWindow,
    now: number,
  ): TimelineStream[] {
    const eventsOf = (kind: string, isTold: (row: LogRow) => boolean) => (rows: LogRow[]) =>
      rows.map((row) => {
        const place = placeOfEvent(row.id);
        return { place, item: isTold(row) ? { ...place, kind, event: row } : undefined };
      });
    const tells = (row: LogRow) => seen.rules.allClear || this.events.tells(row, seen);
    return [
      ...(hasOwn
        ? [new TimelineStream((each) => ownEvents(seen, each), eventsOf(OWN_CHANGES, tells), window)]
        : []),
      ...related.map(
        (source) =>
          new TimelineStream(
            (each) => relatedEvents(source, seen, each),
            eventsOf(source.descriptor.key, () => true),
            window,
          ),
      ),
      ...about.map(
        (source) =>
          new TimelineStream(
            (each) => aboutRecords(source, seen, each, { now, isUpcoming: false }),
            (rows) => recordsOf(source.descriptor.key, rows).map((item) => ({ place: item, item })),
            window,
          ),
      ),
    ];
  }

  /** Returns the records about the record whose time is still to come, the next first. */
  private async upcoming(
    seen: SeenRecord,
    { about }: TimelineSources,
    people: string[] | undefined,
    now: number,
  ): Promise<TimelineItem[]> {
    const planned = about.filter(({ at }) => at);
    if (!planned.length) return [];
    const window = { after: undefined, people, limit: MOST_UPCOMING };
    const found = await this.pool.read(
      planned.map((source) => aboutRecords(source, seen, window, { now, isUpcoming: true })),
    );
    return planned
      .flatMap(({ descriptor }, n) => recordsOf(descriptor.key, found[n]!.rows))
      .sort((a, b) => newestFirst(b, a))
      .slice(0, MOST_UPCOMING);
  }
}

const recordsOf = (kind: string, rows: any[]): TimelineItem[] =>
  rows.map(({ id, at }) => ({ kind, id, at: Number(at) }));

const positionOf = ({ values, id }: { values: (string | null)[]; id: string }): TimelinePosition => ({
  at: Number(values[0]),
  id,
});

function noSuchKind(kind: string, kinds: string[]) {
  const message = `"${kind}" isn't a kind of entry on this timeline. Choose from: ${kinds.join(', ')}.`;
  return badRequest('invalidKind', message, [{ pointer: '?kinds', code: 'invalidKind', message }]);
}
