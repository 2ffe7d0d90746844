import type { AnchorIndex, Anchors } from './anchors.js';
import { eventLeaf, LEAF_COLUMNS, type SealableEvent } from './event-leaf.js';
import { follows, type Seal, type SealKeys } from './seal.js';
import { type SealEntry, unpackEntries } from './seal-entries.js';
import type { EventFacts, SealedLog } from './sealed-log.repository.js';

/** What is wrong with an event, a seal or an anchor. */
export type FindingKind =
  | 'eventAltered'
  | 'eventRemoved'
  | 'eventInserted'
  | 'placeRemoved'
  | 'sealMissing'
  | 'sealAltered'
  | 'anchorMissing'
  | 'anchorAltered'
  | 'keyMissing'
  | 'notCheckable';

/** A difference between the current and the sealed state. */
export interface Finding {
  tenantId: string;
  kind: FindingKind;
  /** Id of the event or seal that it concerns. */
  eventId?: string;
  position?: number;
  seal?: number;
  /** What the log now says about the event; missing if the event is gone. */
  facts?: EventFacts;
}

/** The result of checking one tenant. */
export interface TenantReport {
  tenantId: string;
  name: string;
  seals: number;
  /** Number of events that were compared with their seals. */
  events: number;
  /** Time of the last seal; null before the first. */
  sealedAt: string | null;
  /** Number of events that no seal covers yet. */
  unsealed: number;
  findings: Finding[];
}

/** A seal younger than this may not have its anchor yet: the sealer anchors it in its next step. */
const ANCHOR_GRACE_MS = 10 * 60_000;
const MOST_WITHOUT_PLACE = 1_000;
const WITHOUT_PLACE_PAGE = 10_000;

/** What is known about a tenant while its seals are checked. */
interface Walk {
  report: TenantReport;
  anchored: AnchorIndex;
  /** Number of its last seal. */
  count: number;
  /** Positions up to here were removed from the feed because of their age. */
  purgedTo: number;
  /** Number of sealed events whose positions were removed and that the log contains. */
  purged: number;
}

/** Recomputes every seal and reports differences. Trusts only the key. */
export class SealVerification {
  constructor(
    private readonly log: SealedLog,
    private readonly anchors: Anchors,
    private readonly keys: SealKeys,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Checks the tenants one by one. @param only id of the only tenant to check; all by default */
  async *check(only?: string): AsyncGenerator<TenantReport> {
    const known = new Map((await this.log.tenants()).map(({ id, name }) => [id, name]));
    const ids = [...new Set([...known.keys(), ...(await this.anchors.tenants())])].sort();
    for (const id of only === undefined ? ids : [only])
      yield await this.checkTenant(id, known.get(id) ?? 'not in the database');
  }

  private async checkTenant(tenantId: string, name: string): Promise<TenantReport> {
    // Reads the anchors first: what is anchored is committed, so the later snapshot of the database must contain it.
    const anchored = await this.anchors.index(tenantId);
    return this.log.snapshot(async () => {
      const report: TenantReport = {
        tenantId,
        name,
        seals: 0,
        events: 0,
        sealedAt: null,
        unsealed: 0,
        findings: [],
      };
      const count = Math.max(await this.log.lastNumber(tenantId), highest(anchored));
      const walk = { report, anchored, count, purgedTo: await this.log.purgedTo(tenantId), purged: 0 };
      let last: Seal | undefined;
      for (let number = 1; number <= count; number++) last = await this.checkSeal(walk, number, last);
      await this.checkRest(walk, last?.toPosition ?? 0);
      return report;
    });
  }

  /** Checks one seal. @returns the genuine seal to continue from; the previous one if that cannot be determined */
  private async checkSeal(walk: Walk, number: number, last: Seal | undefined): Promise<Seal | undefined> {
    const { report, anchored } = walk;
    const { tenantId } = report;
    const { stored, anchor, storedSeal, anchorSeal } = await this.copiesOf(walk, number);
    const add = (kind: FindingKind) => report.findings.push({ tenantId, kind, seal: number });
    const isNewest = number === walk.count;

    for (const seal of [stored, anchor])
      if (seal && !this.keys.has(seal.keyId)) {
        add('keyMissing');
        break;
      }
    if (!stored) add('sealMissing');
    else if (!storedSeal && this.keys.has(stored.keyId)) add('sealAltered');
    if (!anchor) {
      const isYoung = this.now().getTime() - Date.parse(stored?.sealedAt ?? '') < ANCHOR_GRACE_MS;
      if (!(isNewest && storedSeal && isYoung)) add('anchorMissing');
    } else if ((!anchorSeal && this.keys.has(anchor.keyId)) || anchored.contradictions.includes(number))
      add('anchorAltered');
    else if (storedSeal && anchorSeal && !storedSeal.mac.equals(anchorSeal.mac)) add('sealAltered');

    // The anchor is out of the database's reach, so it takes precedence.
    const seal = anchorSeal ?? storedSeal;
    if (!seal || !LEAF_COLUMNS[seal.format]) {
      add('notCheckable');
      return last;
    }
    if (last?.number === number - 1 && !follows(seal, last)) add('sealAltered');
    report.seals++;
    report.sealedAt = seal.sealedAt;
    await this.checkEvents(walk, seal);
    return seal;
  }

  /** Returns the seal as database and anchors contain it, and which of the two is genuine. */
  private async copiesOf({ report: { tenantId }, anchored }: Walk, number: number) {
    const stored = await this.log.seal(tenantId, number);
    const place = anchored.places.get(number);
    const anchor = place === undefined ? undefined : await this.anchors.read(tenantId, place);
    const isOfTenant = (seal: Seal) => seal.tenantId === tenantId && seal.number === number;
    const genuine = (seal: Seal | undefined) =>
      seal && isOfTenant(seal) && this.keys.isGenuine(seal) ? seal : undefined;
    return { stored, anchor, storedSeal: genuine(stored), anchorSeal: genuine(anchor) };
  }

  /** Compares the sealed events with those now in the feed and the log. */
  private async checkEvents(walk: Walk, seal: Seal): Promise<void> {
    const { report, purgedTo } = walk;
    const { tenantId } = report;
    const entries = unpackEntries(seal.entries);
    const present = await this.log.stretch(tenantId, seal.format, seal.fromPosition, seal.toPosition);
    const byPosition = new Map(present.map((event) => [event.position, event]));
    const found: Omit<Finding, 'tenantId' | 'facts'>[] = [];
    const add = (kind: FindingKind, { position, eventId }: { position: number; eventId: string }) =>
      found.push({ kind, position, eventId, seal: seal.number });
    const unplaced: SealEntry[] = [];
    for (const entry of entries) {
      const event = byPosition.get(entry.position);
      if (event?.eventId !== entry.eventId) {
        unplaced.push(entry);
        continue;
      }
      byPosition.delete(entry.position);
      const kind = differenceOf(seal.format, entry, event);
      if (kind) add(kind, entry);
    }
    for (const event of byPosition.values()) add('eventInserted', event);
    const idsOf = (entries: SealEntry[]) => entries.map(({ eventId }) => eventId);
    // An event whose position was removed is compared by its id; the seal contains the position.
    const old = unplaced.filter(({ position }) => position <= purgedTo);
    const kept = old.length
      ? await this.log.withoutPlaceAmong(tenantId, seal.format, idsOf(old))
      : new Map<string, SealableEvent['columns']>();
    walk.purged += kept.size;
    for (const entry of old) {
      const columns = kept.get(entry.eventId);
      const kind = columns && differenceOf(seal.format, entry, { ...entry, columns });
      if (kind) add(kind, entry);
    }
    const lost = unplaced.filter(({ eventId }) => !kept.has(eventId));
    const left = lost.length ? await this.log.facts(tenantId, idsOf(lost)) : new Map();
    for (const entry of lost) add(left.has(entry.eventId) ? 'placeRemoved' : 'eventRemoved', entry);
    report.events += entries.length;
    report.findings.push(
      ...(await this.withFacts(
        tenantId,
        found.sort((a, b) => a.position! - b.position!),
      )),
    );
  }

  /** Checks what no seal covers: events inserted into the log, and events that disappeared before they were sealed. */
  private async checkRest(walk: Walk, sealedTo: number): Promise<void> {
    const { report } = walk;
    const { tenantId } = report;
    const { count, missing } = await this.log.unsealed(tenantId, sealedTo);
    report.unsealed = count;
    const displaced = new Set(
      report.findings.filter(({ kind }) => kind === 'placeRemoved').map(({ eventId }) => eventId),
    );
    const inserted = (await this.unknownWithoutPlace(walk)).filter((id) => !displaced.has(id));
    report.findings.push(
      ...missing.map((eventId): Finding => ({ tenantId, kind: 'eventRemoved', eventId })),
      ...(await this.withFacts(
        tenantId,
        inserted.map((eventId) => ({ kind: 'eventInserted' as const, eventId })),
      )),
    );
  }

  /** Returns events without a position that no seal mentions. */
  private async unknownWithoutPlace(walk: Walk): Promise<string[]> {
    const { tenantId } = walk.report;
    if ((await this.log.countWithoutPlace(tenantId)) === walk.purged) return [];
    const purged = await this.purgedIds(walk);
    const found: string[] = [];
    for (let after: string | null = null; found.length < MOST_WITHOUT_PLACE; ) {
      const page: string[] = await this.log.withoutPlace(tenantId, after, WITHOUT_PLACE_PAGE);
      found.push(...page.filter((id) => !purged.has(id)));
      if (page.length < WITHOUT_PLACE_PAGE) break;
      after = page.at(-1)!;
    }
    return found.slice(0, MOST_WITHOUT_PLACE);
  }

  /** Returns sealed events whose positions were removed. */
  private async purgedIds(walk: Walk): Promise<Set<string>> {
    const ids = new Set<string>();
    if (walk.purgedTo === 0) return ids;
    for (let number = 1; number <= walk.count; number++) {
      const { storedSeal, anchorSeal } = await this.copiesOf(walk, number);
      const seal = anchorSeal ?? storedSeal;
      if (!seal || !LEAF_COLUMNS[seal.format]) continue;
      if (seal.fromPosition > walk.purgedTo) break;
      for (const { position, eventId } of unpackEntries(seal.entries))
        if (position <= walk.purgedTo) ids.add(eventId);
    }
    return ids;
  }

  private async withFacts(
    tenantId: string,
    found: Omit<Finding, 'tenantId' | 'facts'>[],
  ): Promise<Finding[]> {
    const ids = found.flatMap(({ eventId }) => eventId ?? []);
    const facts = ids.length ? await this.log.facts(tenantId, ids) : new Map<string, EventFacts>();
    return found.map((finding) => {
      const known = finding.eventId ? facts.get(finding.eventId) : undefined;
      return { tenantId, ...finding, ...(known ? { facts: known } : {}) };
    });
  }
}

function differenceOf(format: number, entry: SealEntry, event: SealableEvent): FindingKind | undefined {
  if (!event.columns) return 'eventRemoved';
  return eventLeaf(format, event).equals(entry.leaf) ? undefined : 'eventAltered';
}

function highest({ places }: AnchorIndex): number {
  let number = 0;
  for (const one of places.keys()) if (one > number) number = one;
  return number;
}

const SENTENCES: Record<FindingKind, string> = {
  eventAltered: 'was altered',
  eventRemoved: 'was removed',
  eventInserted: 'was inserted',
  placeRemoved: 'lost its place in the feed',
  sealMissing: 'is missing from the database',
  sealAltered: 'was altered in the database',
  anchorMissing: 'is missing from the anchor file',
  anchorAltered: 'was altered in the anchor file',
  keyMissing: "was made with a key that isn't configured here",
  notCheckable: "can't be checked: no genuine copy of it is left",
};

/** Returns the finding as a sentence. */
export function sentenceOf({ kind, eventId, position, seal, facts }: Finding): string {
  if (!eventId) return `seal ${seal} ${SENTENCES[kind]}`;
  const what = facts ? ` (${facts.object} ${facts.recordId}, ${facts.verb}, ${facts.at})` : '';
  const where = [
    position === undefined ? '' : `position ${position}`,
    seal === undefined ? '' : `seal ${seal}`,
  ].filter(Boolean);
  return `event ${eventId}${what} ${SENTENCES[kind]}${where.length ? `: ${where.join(', ')}` : ''}`;
}
