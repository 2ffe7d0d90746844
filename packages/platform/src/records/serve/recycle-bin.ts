import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../../access/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { requireTenant } from '../../context/index.js';
import { type Statement, TenantPool } from '../../db/tenant-pool.js';
import { type FilterContext, nameGuard, QueryParts } from '../decide/index.js';
import { instant, normOf, PEOPLE, type RecordDescriptor } from '../describe/index.js';
import { CursorSealer, joinsOf, RecordReader } from '../read/index.js';

/** What is asked of the recycle bin. */
export interface BinRequest {
  /** Key of an object; all by default. */
  object?: string | undefined;
  /** Id of whoever deleted the records. */
  by?: string | undefined;
  /** A part of the record's name. */
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** A deletion: a record with everything that was deleted along with it. */
export interface BinEntry {
  object: string;
  record: { id: string; name?: string };
  deletedAt: string;
  deletedBy: { kind: string; id: string | null; name?: string };
  /** Numbers of the records that were deleted along with it, by object. */
  with: { object: string; count: number }[];
  /** Whether the caller may restore it. */
  isRestorable: boolean;
}

/** Maximum number of records deleted along that are counted for a page. */
const COUNTED_ALONG = 5_000;

interface Found {
  object: string;
  id: string;
  at: string;
  kind: string;
  by: string | null;
}

/** Shows what is deleted and can be restored, as far as the caller sees it. */
@Injectable()
export class RecycleBin {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /**
   * Returns a page of deletions, the latest first. What was deleted along with a record that the caller sees belongs to its
   * entry.
   * @throws ProblemError 404 for an unknown object, 400 for a cursor of another list
   */
  async page(request: BinRequest): Promise<{ data: BinEntry[]; nextCursor: string | null }> {
    const { object, by, q, limit, cursor } = request;
    const binding = JSON.stringify([requireTenant(), 'bin', object, by, q]);
    const after = cursor === undefined ? undefined : this.cursors.open(cursor, binding);
    const contexts = await this.contexts(object);
    const results = contexts.length
      ? await this.pool.read(contexts.map((context) => this.statement(context, contexts, request, after)))
      : [];
    const found = results
      .flatMap(({ rows }, n) =>
        rows.map(
          (row): Found => ({ object: contexts[n]!.descriptor.key, ...(row as Omit<Found, 'object'>) }),
        ),
      )
      .sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      data: await this.entries(page, new Map(contexts.map((c) => [c.descriptor.key, c]))),
      nextCursor:
        found.length > limit && last ? this.cursors.seal({ values: [last.at], id: last.id }, binding) : null,
    };
  }

  /** Returns the objects that the caller may read and whose records can be deleted. */
  private async contexts(object: string | undefined): Promise<FilterContext[]> {
    const snapshot = await this.directory.current();
    const { registry } = this.reader;
    const keys = object === undefined ? registry.allForTenant(snapshot) : [registry.find(object, snapshot)];
    const contexts = await Promise.all(keys.map(({ key }) => this.reader.contextFor(key)));
    return contexts.filter(
      ({ descriptor, access }) =>
        descriptor.operations.delete && access.decide(descriptor.key, 'read', snapshot).allowed,
    );
  }

  private statement(
    context: FilterContext,
    contexts: FilterContext[],
    { by, q, limit }: BinRequest,
    after: { values: (string | null)[]; id: string } | undefined,
  ): Statement {
    const { descriptor, snapshot } = context;
    const parts = new QueryParts();
    const where = [`t.tenant_id = ${parts.param(requireTenant())}::uuid`, 't.deleted_at is not null'];
    const readable = this.reader.readable(descriptor.key, 't', parts, context);
    if (readable) where.push(readable);
    if (after)
      where.push(
        `(t.deleted_at, t.id) < (${parts.param(after.values[0])}::timestamptz, ${parts.param(after.id)}::uuid)`,
      );
    if (by !== undefined) where.push(`t.updated_by_id = ${parts.param(by)}::uuid`);
    const norm = q === undefined ? null : normOf(q);
    if (norm !== null) {
      const access = context.access.decide(descriptor.key, 'read', snapshot);
      const guard = nameGuard(access, descriptor, 't', parts, context);
      where.push(`position(${parts.param(norm)} in t.display_norm) > 0`);
      if (guard !== undefined) where.push(guard ?? 'false');
    }
    where.push(...this.notAlong(context, contexts, parts));
    return parts.statement(
      `select t.id, t.deleted_at::text as at, t.updated_by_kind as kind, t.updated_by_id as by
         from ${descriptor.source} t ${joinsOf(parts)} where ${where.join(' and ')}
        order by t.deleted_at desc, t.id desc limit ${limit + 1}`,
    );
  }

  /** Returns predicates that leave out what was deleted along with another record, which the caller sees and which still is deleted. */
  private notAlong({ descriptor }: FilterContext, contexts: FilterContext[], parts: QueryParts): string[] {
    const homes = homesOf(descriptor, contexts);
    return homes.map((home) => {
      const root = contexts.find((context) => context.descriptor.key === home)!;
      const outer = new Set(parts.joins.keys());
      const seen = this.reader.readable(home, 'r', parts, root);
      // What the root's scope joins belongs to the subselect.
      const joins = [...parts.joins].filter(([key]) => !outer.has(key));
      for (const [key] of joins) parts.joins.delete(key);
      return `not exists (select from deletion_effect e join ${root.descriptor.source} r on r.tenant_id = e.tenant_id and r.id = e.root_id
        ${joins.map(([, { sql }]) => sql).join(' ')}
        where e.tenant_id = t.tenant_id and e.record_id = t.id and e.object = '${descriptor.key}' and e.effect = 'delete'
          and e.version = t.version and e.root_object = '${home}' and e.root_id <> t.id and r.deleted_at is not null${seen ? ` and ${seen}` : ''})`;
    });
  }

  private async entries(page: Found[], contexts: ReadonlyMap<string, FilterContext>): Promise<BinEntry[]> {
    const byObject = Map.groupBy(page, ({ object }) => object);
    const names = new Map<string, string>();
    const restorable = new Set<string>();
    for (const [object, some] of byObject) {
      const context = contexts.get(object)!;
      const ids = some.map(({ id }) => id);
      for (const [id, name] of await this.reader.visibleNames(object, ids)) names.set(id, name);
      for (const id of await this.reader.visibleIds(object, ids, 'delete')) restorable.add(id);
      const { rules } = context.access.decide(object, 'read', context.snapshot);
      const { descriptor } = context;
      const shown = [...descriptor.nameFields, ...descriptor.nameFallbacks].map(
        (key) => descriptor.byKey.get(key)!,
      );
      this.reader.noteShown(context, rules, shown, ids);
    }
    const people = page.flatMap(({ kind, by }) => (kind === 'member' && by ? [by] : []));
    const authors = await this.reader.visibleNames(PEOPLE, people);
    const along = await this.along(page);
    this.directory.noteObserved();
    return page.map(({ object, id, at, kind, by }): BinEntry => {
      const name = names.get(id);
      const author = by === null ? undefined : authors.get(by);
      return {
        object,
        record: { id, ...(name === undefined ? {} : { name }) },
        deletedAt: instant(at),
        deletedBy: { kind, id: by, ...(author === undefined ? {} : { name: author }) },
        with: along.get(id) ?? [],
        isRestorable: restorable.has(id),
      };
    });
  }

  /** Counts what was deleted along with records, as far as the caller sees it. */
  private async along(page: Found[]): Promise<Map<string, BinEntry['with']>> {
    if (!page.length) return new Map();
    const [result] = await this.pool.read([
      {
        text: `select root_id as root, object, record_id as id from deletion_effect
                where root_id = any($1::uuid[]) and effect = 'delete' order by id limit ${COUNTED_ALONG}`,
        values: [page.map(({ id }) => id)],
      },
    ]);
    const counts = new Map<string, BinEntry['with']>();
    for (const [object, rows] of Map.groupBy(result!.rows, (row) => row['object'] as string)) {
      const seen = await this.reader.visibleIds(
        object,
        rows.map(({ id }) => id),
      );
      for (const [root, some] of Map.groupBy(rows, (row) => row['root'] as string)) {
        const count = some.filter(({ id }) => seen.has(id)).length;
        if (count) counts.set(root, [...(counts.get(root) ?? []), { object, count }]);
      }
    }
    return counts;
  }
}

/** Returns the objects with whose records those of an object may be deleted along: what they belong to, and what that belongs to. */
function homesOf(descriptor: RecordDescriptor, contexts: FilterContext[]): string[] {
  const byKey = new Map(contexts.map((context) => [context.descriptor.key, context.descriptor]));
  const homes = new Set<string>();
  const add = (of: RecordDescriptor) => {
    for (const { belongsTo, references } of of.fields)
      if (belongsTo && references && byKey.has(references) && !homes.has(references)) {
        homes.add(references);
        add(byKey.get(references)!);
      }
  };
  add(descriptor);
  return [...homes];
}
