import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type Subject, type TenantSnapshot } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FilterContext, RecordReader, RecordRegistry, textFormOf } from '@pellucid/platform/records';
import { SEARCH_INDEXES, type SearchIndexes } from '../index/search-indexes.js';
import { type ClassContent, contentKey, keptClasses, type SearchClass } from './search-class.js';
import { SearchClassesRepository } from './search-classes.repository.js';
import { asSubject, classesNeeded } from './searcher.js';

/** Version of the rules by which documents are made. Increase it when they change: every index is then rebuilt. */
const DOCUMENT_RULES = 1;

/** Stands for any member, team and legal entity. */
const SOMEBODY = '00000000-0000-7000-8000-000000000000';

/** Decides which visibility classes a tenant has. */
@Injectable()
export class SearchClasses {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(SearchClassesRepository) private readonly repository: SearchClassesRepository,
    @Inject(SEARCH_INDEXES) private readonly indexes: SearchIndexes,
  ) {}

  /** Returns the keys of the objects that are searched: those with pages of their own. */
  objects(snapshot: TenantSnapshot): string[] {
    return this.registry.allForTenant(snapshot).flatMap((d) => (d.listed ? [d.key] : []));
  }

  /** Returns how documents of the tenant are made now. */
  formOf(snapshot: TenantSnapshot): string {
    return `${DOCUMENT_RULES}:${textFormOf(snapshot.settings.locale)}:${this.indexes.of(snapshot).name}`;
  }

  /**
   * Returns the tenant's classes after adding those that its rights need and that are missing. If an object has no records
   * yet, its classes are ready at once; else a rebuild has to make their documents.
   */
  async upToDate(uow: UnitOfWork): Promise<SearchClass[]> {
    const { classes, accessVersion } = await this.repository.classes(uow);
    const snapshot = await this.directory.current();
    if (accessVersion === snapshot.version) return classes;
    const form = this.formOf(snapshot);
    const subjects = this.subjects(snapshot);
    const missing: SearchClass[] = [];
    for (const object of this.objects(snapshot)) {
      const own = classes.filter((each) => each.object === object);
      const current = new Set(own.filter((each) => each.form === form).map(contentKey));
      let last = Math.max(0, ...own.map((each) => each.class));
      for (const content of await this.needed(object, subjects))
        if (!current.has(contentKey(content)))
          missing.push({ object, class: ++last, ...content, form, isReady: false });
    }
    const sources = new Map(
      missing.map(({ object }) => [object, this.registry.forTenant(object, snapshot).source] as const),
    );
    const empty = await this.repository.emptyObjects(uow, sources);
    const added = missing.map((each) => ({ ...each, isReady: empty.has(each.object) }));
    await this.repository.add(uow, added);
    await this.repository.note(uow, snapshot.version);
    return [...classes, ...added];
  }

  /** Returns the classes that nobody needs any more and that others replace. */
  async superfluous(classes: SearchClass[]): Promise<SearchClass[]> {
    const snapshot = await this.directory.current();
    const form = this.formOf(snapshot);
    const subjects = this.subjects(snapshot);
    const kept = new Map<string, Set<string>>();
    for (const object of this.objects(snapshot))
      kept.set(object, new Set((await this.needed(object, subjects)).map(contentKey)));
    return classes.filter((each) => each.form !== form || !kept.get(each.object)?.has(contentKey(each)));
  }

  /** Returns the classes that the subjects' rights need for an object. */
  private async needed(object: string, subjects: Subject[]): Promise<ClassContent[]> {
    const context = await this.reader.contextFor(object);
    return keptClasses(
      subjects.flatMap((subject) => classesNeeded(asSubject(context, subject) as FilterContext)),
    );
  }

  /**
   * Returns one subject for each combination of roles that somebody has, and two for each role: all who can log in, and
   * all roles. Make them once for all objects: what is worked out for a subject lasts as long as the subject.
   */
  private subjects(snapshot: TenantSnapshot): Subject[] {
    const byRoles = new Map<string, Subject | undefined>();
    for (const { id, roleIds } of snapshot.members.values()) {
      const key = [...roleIds].sort().join();
      if (!byRoles.has(key)) byRoles.set(key, this.directory.memberSubject(snapshot, id));
    }
    // Keys have one role each, and administrators can view as any role. A key owns no records, a member some.
    const roles = [...snapshot.roles.values()].flatMap((role) =>
      [null, SOMEBODY].map(
        (id): Subject => ({
          kind: 'role',
          id: role.id,
          name: role.name,
          memberId: id,
          teamId: id,
          legalEntityIds: id ? [id] : [],
          roles: [role],
        }),
      ),
    );
    return [...[...byRoles.values()].filter((each) => each !== undefined), ...roles];
  }
}
