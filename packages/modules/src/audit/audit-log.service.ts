import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { badRequest, ProblemError } from '@pellucid/platform/errors';
import {
  type AccessNotes,
  accessNotes,
  CursorSealer,
  EventPresenter,
  entryOf,
  FIELD_ACCESS,
  type FieldAccess,
  type FilterContext,
  type HistoryEntry,
  type LogRow,
  RecordRegistry,
  SECURITY_PREFIX,
  securityEventStatements,
  tellsAnything,
  disguisedVerbs,
} from '@pellucid/platform/records';
import { ALL_SECURITY, type AuditFilter, AuditLogRepository } from './audit-log.repository.js';
import { SeenRecordsRepository } from './seen-records.repository.js';

/** An event of the log with the object and record that it concerns. */
export interface AuditEntry extends HistoryEntry {
  /** Key of the object, or `security.<object>` for a security event. */
  object: string;
  /** `name` only if the reader may see it. */
  record: { id: string; name?: string };
  meta?: { access: AccessNotes };
}

/**
 * A page of the audit log. If the reader may see little of the log, it can be shorter than requested without being the
 * last one.
 */
export interface AuditPage {
  data: AuditEntry[];
  page: { nextCursor: string | null; hasMore: boolean };
}

/** Maximum number of windows scanned for one page. */
const LOOKS = 20;
const EXPORT_PAGE = 500;

/** The log of all records and security events, limited by the reader's current rights. */
@Injectable()
export class AuditLogService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(AuditLogRepository) private readonly log: AuditLogRepository,
    @Inject(SeenRecordsRepository) private readonly records: SeenRecordsRepository,
    @Inject(EventPresenter) private readonly events: EventPresenter,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns a page, newest first.
   * @throws ProblemError 400 for an invalid filter or cursor, 422 for a field that the reader does not see unmasked
   */
  async list(filter: AuditFilter, limit: number, cursor?: string): Promise<AuditPage> {
    const snapshot = await this.directory.current();
    this.check(filter, snapshot);
    const binding = JSON.stringify([requireTenant(), 'audit', filter]);
    const { data, next } = await this.read(
      filter,
      limit,
      cursor === undefined ? undefined : this.cursors.open(cursor, binding).id,
    );
    return {
      data,
      page: {
        nextCursor: next === null ? null : this.cursors.seal({ values: [], id: next }, binding),
        hasMore: next !== null,
      },
    };
  }

  /**
   * Returns everything that the filter finds, page by page, newest first. The export itself is logged as a security
   * event.
   * @throws ProblemError as {@link list}
   */
  async export(filter: AuditFilter, format: string): Promise<AsyncGenerator<AuditEntry[]>> {
    this.check(filter, await this.directory.current());
    const tenantId = requireTenant();
    const changes = Object.fromEntries(
      Object.entries({ format, ...filter }).flatMap(([key, after]) =>
        after === undefined ? [] : [[key, { after }]],
      ),
    );
    await this.units.run((uow) =>
      uow.together(
        securityEventStatements([{ verb: 'auditExported', object: 'audit', recordId: tenantId, changes }]),
      ),
    );
    return this.pages(filter);
  }

  private async *pages(filter: AuditFilter): AsyncGenerator<AuditEntry[]> {
    let before: string | undefined;
    for (;;) {
      const { data, next } = await this.read(filter, EXPORT_PAGE, before);
      if (data.length) yield data;
      if (next === null) return;
      before = next;
    }
  }

  /** Scans until the page is full, the log ends or the limit of windows is reached. */
  private async read(
    filter: AuditFilter,
    limit: number,
    from: string | undefined,
  ): Promise<{ data: AuditEntry[]; next: string | null }> {
    const snapshot = await this.directory.current();
    const described = this.registry.everForTenant(snapshot);
    const objects = described
      .map(({ key }) => key)
      .filter((key) => this.access.decide(key, 'read', snapshot).allowed);
    const verbs = filter.action === 'updated' ? [filter.action, ...disguisedVerbs(described)] : undefined;
    const scanned = { ...filter, verbs };
    const data: AuditEntry[] = [];
    let before = from;
    for (let look = 0; look < LOOKS; look++) {
      const { ids, next } = await this.log.scan(scanned, objects, before, limit - data.length);
      const found = await this.present(await this.log.load(ids), snapshot);
      // Filters by the verb that is shown: the event's own verb may reveal something that the reader does not see.
      data.push(...found.filter(({ verb }) => filter.action === undefined || verb === filter.action));
      if (next === null) return { data, next: null };
      before = next;
      if (data.length >= limit) {
        const more = await this.log.scan(scanned, objects, before, 1);
        return { data, next: more.ids.length || more.next ? before : null };
      }
    }
    return { data, next: before ?? null };
  }

  /** Leaves out records that the reader may not see, and shows the others under their rules. */
  private async present(rows: LogRow[], snapshot: TenantSnapshot): Promise<AuditEntry[]> {
    const about = new Map<string, Set<string>>();
    for (const row of rows) {
      const object = describedObject(row.object);
      if (this.registry.hadOnce(object, snapshot))
        about.set(object, (about.get(object) ?? new Set()).add(row.record_id));
    }
    const { seen, names } = await this.records.find(about);
    const shown: { context?: FilterContext; entry: AuditEntry }[] = [];
    for (const row of rows) {
      const key = `${describedObject(row.object)}/${row.record_id}`;
      const name = names.get(key);
      const record = { id: row.record_id, ...(name === undefined ? {} : { name }) };
      if (row.object.startsWith(SECURITY_PREFIX)) {
        shown.push({
          entry: { ...entryOf(row, true), object: row.object, record, changes: row['changes'] ?? {} },
        });
        continue;
      }
      const known = seen.get(key);
      if (!known) continue;
      const event = this.events.present(row, known, true);
      if (!tellsAnything(event)) continue;
      const notes = accessNotes(known.context.descriptor, known.rules);
      shown.push({
        context: known.context,
        entry: {
          ...event,
          object: row.object,
          record,
          ...(notes ? { meta: { access: notes } } : {}),
        },
      });
    }
    await this.events.nameReferences(
      shown.flatMap(({ context, entry }) => (context ? [{ context, entry }] : [])),
    );
    await this.events.nameActors(shown.flatMap(({ context, entry }) => (context ? [] : [entry.actor])));
    return shown.map(({ entry }) => entry);
  }

  private check(filter: AuditFilter, snapshot: TenantSnapshot): void {
    const { object, field } = filter;
    const refuse = (name: string, code: string, message: string) =>
      badRequest(code, message, [{ pointer: `?${name}`, code, message }]);
    if (
      object !== undefined &&
      object !== ALL_SECURITY &&
      !object.startsWith(SECURITY_PREFIX) &&
      !this.registry.hadOnce(object, snapshot)
    )
      throw refuse(
        'object',
        'unknownObject',
        `There is no object "${object}". Use a key from GET /objects or "security".`,
      );
    if (
      filter.from !== undefined &&
      filter.to !== undefined &&
      Date.parse(filter.from) >= Date.parse(filter.to)
    )
      throw refuse('to', 'emptyPeriod', '"to" must be later than "from".');
    if (field === undefined) return;
    if (object === undefined || !this.registry.hadOnce(object, snapshot))
      throw refuse('field', 'objectMissing', 'A field belongs to an object. Send "object" too.');
    if (!this.registry.forTenant(object, snapshot).byKey.has(field))
      throw refuse(
        'field',
        'unknownField',
        `"${field}" isn't a field of this object. Remove it or correct its name.`,
      );
    if (!this.access.decide(object, 'read', snapshot).rules.canFilter(field)) {
      const message = `Your roles mask or hide "${field}", so you can't filter by it.`;
      throw new ProblemError(422, 'fieldNotInClear', 'Field masked or hidden', message, {
        errors: [{ pointer: '?field', code: 'fieldNotInClear', message }],
      });
    }
  }
}

/** Returns the object that an event concerns, without the prefix of security events. */
const describedObject = (object: string) =>
  object.startsWith(SECURITY_PREFIX) ? object.slice(SECURITY_PREFIX.length) : object;
