import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import type { Statement, UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import {
  CursorSealer,
  type FilterContext,
  type IdempotencyRequest,
  newId,
  RecordReader,
  RecordRegistry,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';
import { contentFor, contentProblems, fieldsNamed, isSeenInFull, withUnseenColumns } from './view-content.js';
import { viewEvents } from './view-events.js';
import { isForOthers, isThere, living, ViewPresenter } from './view-presenter.js';
import type { SavedView, ViewChange, ViewContent, ViewInput, ViewRow } from './view.types.js';
import {
  needsAudience,
  notForEveryone,
  notTheirsToChange,
  notTheirsToShare,
  partWithheld,
  tooManyViews,
  unknownGrantees,
  unknownObject,
  unknownRoles,
  viewChanged,
} from './views.errors.js';
import { type ViewReader, ViewsRepository } from './views.repository.js';

/** Limit for each person and object; for API keys together. */
const MAX_VIEWS = 200;

/** A page of views. */
export interface ViewPage {
  data: SavedView[];
  nextCursor: string | null;
  /** The view that the caller's roles start with; of a list of one object only. */
  defaultView?: string | null;
}

/** The parts of a view that a change can set. */
type Draft = Pick<
  ViewRow,
  'name' | 'kind' | 'content' | 'isForEveryone' | 'isPinnedForAll' | 'grantees' | 'roleIds'
>;

const NEW: Draft = {
  name: '',
  kind: 'list',
  content: {},
  isForEveryone: false,
  isPinnedForAll: false,
  grantees: [],
  roleIds: [],
};

/** Saves views and shares them. Private views are everyone's own; those that others rely on need `manageViews`. */
@Injectable()
export class ViewsService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ViewsRepository) private readonly views: ViewsRepository,
    @Inject(ViewPresenter) private readonly presenter: ViewPresenter,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page of the views that the caller sees, of one object or of all that they can view. */
  async list(query: {
    object?: string | undefined;
    pinned: boolean;
    limit: number;
    cursor?: string | undefined;
  }): Promise<ViewPage> {
    const snapshot = await this.access.current();
    const { object, pinned, limit } = query;
    const binding = `views ${requireTenant()} ${object ?? ''} ${pinned}`;
    const after = query.cursor === undefined ? undefined : this.cursors.open(query.cursor, binding).id;
    const readable = this.registry
      .allForTenant(snapshot)
      .map(({ key }) => key)
      .filter((key) => this.isReadable(key, snapshot));
    const objects = object === undefined ? readable : readable.filter((key) => key === object);
    const reader = this.presenter.readerIn(snapshot);
    const found = await this.views.page(reader, { objects, pinned, after, limit: limit + 1 });
    const rows = found.slice(0, limit).map((row) => living(row, snapshot));
    return {
      data: await this.presenter.present(rows),
      nextCursor:
        found.length > limit ? this.cursors.seal({ values: [], id: rows.at(-1)!.id }, binding) : null,
      ...(object === undefined ? {} : { defaultView: await this.defaultView(object, snapshot) }),
    };
  }

  /** Returns the view that the caller starts with: that of the first of their roles which has one. */
  private async defaultView(object: string, snapshot: TenantSnapshot): Promise<string | null> {
    const roleIds = this.access.rolesOf(snapshot).map(({ id }) => id);
    const byRole = await this.views.defaults(object, roleIds);
    return roleIds.map((id) => byRole.get(id)).find((id) => id !== undefined) ?? null;
  }

  /** Returns a view. @throws ProblemError 404 if the caller doesn't see it */
  async get(id: string): Promise<SavedView> {
    const snapshot = await this.access.current();
    const row = this.seen(await this.views.find(id, this.presenter.readerIn(snapshot)), snapshot);
    const [view] = await this.presenter.present([row]);
    return view!;
  }

  /**
   * Saves a new view. It belongs to the caller.
   * @throws ProblemError 403 for sharing it further than the caller may, 422 naming what can't be saved
   */
  async create(input: ViewInput, idempotency?: IdempotencyRequest): Promise<SavedView> {
    const snapshot = await this.access.current();
    if (!this.isReadable(input.object, snapshot)) throw unknownObject(input.object);
    const context = await this.reader.contextFor(input.object);
    const reader = this.presenter.readerIn(snapshot);
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const id = newId();
      const draft = changed(NEW, input, reader);
      if (isForOthers(draft) && !reader.manages) throw notTheirsToShare();
      if (reader.memberId === null && !isForOthers(draft)) throw needsAudience();
      if ((await this.views.countOf(uow, input.object, reader.memberId)) >= MAX_VIEWS)
        throw tooManyViews(MAX_VIEWS);
      this.assertValid(draft, input, context);
      const values = { ...draft, ...fieldsNamed(draft.content, context), updatedById: reader.memberId };
      await this.store(uow, id, input.object, undefined, draft, [
        this.views.insert(uow.tenantId, id, input.object, reader.memberId, values),
      ]);
      return { status: 201, body: { id } };
    });
    return this.get(body.id);
  }

  /**
   * Changes a view.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412, 403 if the caller may not change or share it, 422 naming what can't be saved
   */
  async change(
    id: string,
    change: ViewChange,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<SavedView> {
    const reader = this.presenter.readerIn(await this.access.current());
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, reader);
      await this.assertMayChange(before, reader, ifMatch);
      const { object } = before;
      const context = await this.reader.contextFor(object);
      const draft = changed(before, change, reader);
      if (isForOthers(draft) && !reader.manages) throw notTheirsToShare();
      if (reader.memberId === null && !isForOthers(draft)) throw needsAudience();
      this.assertSeenInFull(before, change, context);
      if (change.content?.columns)
        draft.content.columns = withUnseenColumns(before.content.columns, change.content.columns, context);
      this.assertValid(draft, change, context);
      const named = fieldsNamed(draft.content, context);
      const values = {
        ...draft,
        // A field that is gone keeps its label as long as the view names it.
        labels: { ...before.labels, ...named.labels },
        uses: named.uses,
        // Who saved a view is told the labels of fields that are gone, so only somebody who saw all of them counts.
        updatedById:
          change.content && isSeenInFull(before.content, context) ? reader.memberId : before.updatedById,
      };
      await this.store(uow, id, object, before, draft, [this.views.update(id, values)]);
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  /** Deletes a view. @throws ProblemError 404, 403 if others rely on it and the caller may not change it */
  async remove(id: string, ifMatch?: number, idempotency?: IdempotencyRequest): Promise<void> {
    const reader = this.presenter.readerIn(await this.access.current());
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.held(uow, id, reader);
      await this.assertMayChange(before, reader, ifMatch);
      await uow.together([
        ...this.views.remove(id),
        ...securityEventStatements(viewEvents(id, before.object, before, undefined)),
      ]);
      return { status: 204, body: null };
    });
  }

  /** Pins a view to the caller's navigation, or unpins it. @throws ProblemError 404 */
  async pin(id: string, isPinned: boolean, idempotency?: IdempotencyRequest): Promise<void> {
    const reader = this.presenter.readerIn(await this.access.current());
    await this.records.unit(idempotency, async (uow) => {
      await this.held(uow, id, reader);
      await this.views.pin(uow, id, reader.memberId!, isPinned);
      return { status: 204, body: null };
    });
  }

  private isReadable(object: string, snapshot: TenantSnapshot): boolean {
    return this.registry.has(object, snapshot) && this.access.may(snapshot, { object, action: 'read' });
  }

  private seen(row: ViewRow | undefined, snapshot: TenantSnapshot): ViewRow {
    if (!row || !this.isReadable(row.object, snapshot)) throw notFound('The view');
    return living(row, snapshot);
  }

  /** Returns the view, locked: nobody changes or deletes it before the unit ends. @throws ProblemError 404 */
  private async held(uow: UnitOfWork, id: string, reader: ViewReader): Promise<ViewRow> {
    return this.seen(await this.views.lock(uow, id, reader), await this.access.current());
  }

  /** @throws ProblemError 403, 412 */
  private async assertMayChange(
    row: ViewRow,
    reader: ViewReader,
    ifMatch: number | undefined,
  ): Promise<void> {
    if (!this.presenter.mayChange(row, reader)) throw notTheirsToChange();
    if (ifMatch === undefined || ifMatch === row.version) return;
    const [current] = await this.presenter.present([row]);
    throw viewChanged(current!);
  }

  /** @throws ProblemError 403 if a part would be replaced of which the caller doesn't see something */
  private assertSeenInFull(before: ViewRow, { content }: ViewChange, context: FilterContext): void {
    const { notes } = contentFor(before.content, context, () => null);
    const part = notes.withheld.find((each) => content?.[each] !== undefined);
    if (part) throw partWithheld(part);
  }

  /** @throws ProblemError 422 */
  private assertValid(
    draft: Draft,
    { content, sharing, defaultForRoles }: ViewChange,
    context: FilterContext,
  ): void {
    const problems = contentProblems(withoutNulls(content ?? {}), context);
    if (problems.length) throw unprocessable(problems);
    if (draft.roleIds.length && !draft.isForEveryone) throw notForEveryone('/defaultForRoles');
    if (draft.isPinnedForAll && !draft.isForEveryone) throw notForEveryone('/isPinnedForAll');
    const { snapshot } = context;
    const strangers = (defaultForRoles ?? []).flatMap((id, index) => (snapshot.roles.has(id) ? [] : [index]));
    if (strangers.length) throw unknownRoles(strangers);
    const missing = (sharing?.with ?? []).flatMap((grantee, index) =>
      isThere(grantee, snapshot) ? [] : [index],
    );
    if (missing.length) throw unknownGrantees(missing);
  }

  private async store(
    uow: UnitOfWork,
    id: string,
    object: string,
    before: Draft | undefined,
    draft: Draft,
    statements: Statement[],
  ): Promise<void> {
    const isSame = (key: keyof Draft) => isDeepStrictEqual(before?.[key] ?? [], draft[key]);
    await uow.together([
      ...statements,
      ...(isSame('grantees') ? [] : this.views.shareWith(uow.tenantId, id, draft.grantees)),
      ...(isSame('roleIds') ? [] : this.views.startWith(uow.tenantId, id, object, draft.roleIds)),
      ...securityEventStatements(viewEvents(id, object, before, draft)),
    ]);
  }
}

/** Returns the view after a change. What only everybody's views can be ends when it is no longer everybody's. */
function changed(before: Draft, change: ViewChange, { memberId }: ViewReader): Draft {
  const { name, kind, content, sharing, defaultForRoles, isPinnedForAll } = change;
  const isForEveryone = sharing?.everyone ?? before.isForEveryone;
  const grantees = sharing?.with.filter(
    ({ id }, i) => id !== memberId && sharing.with.findIndex((each) => each.id === id) === i,
  );
  const roleIds = defaultForRoles && [...new Set(defaultForRoles)].sort();
  return {
    name: name ?? before.name,
    kind: kind ?? before.kind,
    content: content ? withoutNulls({ ...before.content, ...content }) : before.content,
    isForEveryone,
    grantees: grantees ?? before.grantees,
    roleIds: roleIds ?? (isForEveryone ? before.roleIds : []),
    isPinnedForAll: isPinnedForAll ?? (isForEveryone && before.isPinnedForAll),
  };
}

function withoutNulls(content: NonNullable<ViewChange['content']>): ViewContent {
  return Object.fromEntries(
    Object.entries(content).filter(([, part]) => part !== null && part !== undefined),
  );
}
