import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, teamsOf, type TenantSnapshot } from '@pellucid/platform/access';
import { type FilterContext, PEOPLE, RecordReader } from '@pellucid/platform/records';
import { contentFor } from './view-content.js';
import type { SavedView, ViewContent, ViewGrantee, ViewRow } from './view.types.js';
import { type ViewReader, ViewsRepository } from './views.repository.js';

/** Decides what the context's actor sees of views, and which of them they may change. */
@Injectable()
export class ViewPresenter {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(ViewsRepository) private readonly views: ViewsRepository,
  ) {}

  /** Returns the context's actor as a reader of views. */
  readerIn(snapshot: TenantSnapshot): ViewReader {
    const subject = this.access.subject(snapshot);
    const { memberId } = subject;
    return {
      memberId,
      grantees: [...(memberId ? [memberId] : []), ...teamsOf(subject, snapshot)],
      manages: this.access.may(snapshot, { system: 'manageViews' }),
    };
  }

  /** Whether the reader may change a view: their own, or with the right to it one that others rely on. */
  mayChange(row: Pick<ViewRow, 'ownerId' | 'isForEveryone' | 'grantees'>, reader: ViewReader): boolean {
    return isForOthers(row) ? reader.manages : row.ownerId !== null && row.ownerId === reader.memberId;
  }

  /** Returns the part of a view's content that applies to the actor. */
  content(row: Pick<ViewRow, 'content' | 'labels' | 'updatedById'>, context: FilterContext) {
    // Whoever saved the view saw its fields. Others may not: a field that is gone has no rights to ask about.
    const reader = this.readerIn(context.snapshot);
    const knowsFields =
      (row.updatedById !== null && row.updatedById === reader.memberId) ||
      this.access.may(context.snapshot, { system: 'manageFields' });
    return contentFor(row.content, context, (path) => (knowsFields ? (row.labels[path] ?? null) : null));
  }

  /** Returns views as the actor sees them. */
  async present(rows: ViewRow[]): Promise<SavedView[]> {
    const objects = [...new Set(rows.map(({ object }) => object))];
    const contexts = new Map<string, FilterContext>();
    for (const object of objects) contexts.set(object, await this.reader.contextFor(object));
    const names = await this.namesOf(rows);
    return rows.map((row) => {
      const context = contexts.get(row.object)!;
      const reader = this.readerIn(context.snapshot);
      const { content, notes } = this.content(row, context);
      return {
        id: row.id,
        object: row.object,
        name: row.name,
        kind: row.kind,
        content,
        notes,
        sharing: {
          everyone: row.isForEveryone,
          with: row.grantees.map((grantee) => ({ ...grantee, name: names.get(grantee.id) ?? null })),
        },
        defaultForRoles: row.roleIds,
        isPinned: row.isPinned,
        isPinnedForAll: row.isPinnedForAll,
        owner: row.ownerId === null ? null : { id: row.ownerId, name: names.get(row.ownerId) ?? null },
        mayChange: this.mayChange(row, reader),
        version: row.version,
        createdAt: row.createdAt,
        updatedAt: row.updatedAt,
      };
    });
  }

  /** Returns names of owners, people and teams that the actor may see, by ID. */
  private async namesOf(rows: ViewRow[]): Promise<Map<string, string>> {
    const wanted = new Map<string, Set<string>>();
    const want = (object: string, id: string) =>
      wanted.set(object, (wanted.get(object) ?? new Set()).add(id));
    for (const { ownerId, grantees } of rows) {
      if (ownerId !== null) want(PEOPLE, ownerId);
      for (const { kind, id } of grantees) want(kind, id);
    }
    const statements = [];
    for (const [object, ids] of wanted)
      statements.push(this.reader.namesOf(object, [...ids], await this.reader.contextFor(object)));
    return this.views.names(statements);
  }
}

/** Whether a view can be shared with a person, who needs a log-in, or with a team. */
export const isThere = ({ kind, id }: ViewGrantee, { members, teams }: TenantSnapshot): boolean =>
  kind === PEOPLE ? members.get(id)?.status === 'active' : teams.has(id);

/** Returns the view without people, teams and roles that are no longer there. */
export const living = (row: ViewRow, snapshot: TenantSnapshot): ViewRow => ({
  ...row,
  grantees: row.grantees.filter((grantee) => isThere(grantee, snapshot)),
  roleIds: row.roleIds.filter((id) => snapshot.roles.has(id)),
});

/** Whether a view is shared with more than single people. */
export const isForOthers = (row: Pick<ViewRow, 'isForEveryone' | 'grantees'>): boolean =>
  row.isForEveryone || row.grantees.some(({ kind }) => kind === 'team');

/** Keys of the columns as lists take them: `name` stands for the fields that the name consists of. */
export function fieldsOfColumns({ columns }: ViewContent, { descriptor }: FilterContext): string[] {
  const keys = (columns ?? []).flatMap(({ field }) =>
    field === 'name' && !descriptor.byKey.has('name') ? descriptor.nameFields : [field],
  );
  const known = new Set([...descriptor.byKey.keys(), ...descriptor.lines.map(({ key }) => key)]);
  return [...new Set(keys)].filter((key) => known.has(key));
}
