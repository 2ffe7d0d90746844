import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { RecordReader, RecordRegistry, RecordViews, viewFor } from '@pellucid/platform/records';
import { NotificationsRepository } from './notifications.repository.js';

/** Decides which records, and which of their fields, the context's actor sees now. */
@Injectable()
export class ReaderSight {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(NotificationsRepository) private readonly repository: NotificationsRepository,
  ) {}

  /**
   * Returns those of the records that are there and that the actor sees together with all of the fields. Two or three round
   * trips, however many records.
   * @param fields keys; those that the object lacks don't matter
   */
  async seen(object: string, ids: Iterable<string>, fields: readonly string[]): Promise<Set<string>> {
    const wanted = [...new Set(ids)];
    const snapshot = await this.directory.current();
    if (wanted.length === 0 || !this.registry.has(object, snapshot)) return new Set();
    const context = await this.reader.contextFor(object);
    const { descriptor } = context;
    const told = fields.filter((key) => descriptor.byKey.has(key));
    const access = context.access.decide(object, 'read', snapshot);
    if (!access.allowed) return new Set();
    const isClear = (rules: typeof access.rules) => told.every((key) => rules.read(key) === 'clear');
    if (!access.profiles) {
      if (!isClear(access.rules)) return new Set();
      const plan = this.reader.plan(descriptor, []);
      return this.repository.idsOf(this.reader.byIds(plan, wanted, context, 'read', 'living'));
    }
    const subject = this.directory.subject(snapshot);
    const views = await this.views.viewsOf(object, wanted);
    return new Set(
      [...views.values()]
        .filter((stored) => {
          if (stored.isDeleted) return false;
          const view = viewFor(context.access, stored, subject, snapshot);
          if (access.scope && !context.access.admits(access, view, snapshot)) return false;
          return isClear(access.rulesFor(context.access.bitsOf(access, view, snapshot)));
        })
        .map(({ id }) => id),
    );
  }

  /** Returns the names of records that the actor sees, as far as they see the names. */
  names(object: string, ids: Iterable<string>): Promise<Map<string, string>> {
    return this.reader.visibleNames(object, ids);
  }

  /** Names people and API keys, as far as the actor may know them. */
  async nameActors(actors: ({ id: string; name: string | null } | null)[]): Promise<void> {
    await this.reader.nameMakers(actors);
  }
}
