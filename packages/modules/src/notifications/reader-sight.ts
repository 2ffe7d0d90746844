import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { RecordReader, RecordRegistry, RecordViews, viewFor } from '@pellucid/platform/records';
import { NotificationsRepository } from './notifications.repository.js';

/** Whether a field of a record is seen in clear; undefined if the object lacks it. */
export type FieldSight = (key: string) => boolean | undefined;

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
   * Returns those of the records that are there and that the actor sees, with what they see of their fields. Two or three
   * round trips, however many records.
   */
  async seen(object: string, ids: Iterable<string>): Promise<Map<string, FieldSight>> {
    const wanted = [...new Set(ids)];
    const snapshot = await this.directory.current();
    if (wanted.length === 0 || !this.registry.has(object, snapshot)) return new Map();
    const context = await this.reader.contextFor(object);
    const { descriptor } = context;
    const access = context.access.decide(object, 'read', snapshot);
    if (!access.allowed) return new Map();
    const sightBy =
      (rules: typeof access.rules): FieldSight =>
      (key) =>
        descriptor.byKey.has(key) ? rules.read(key) === 'clear' : undefined;
    if (!access.profiles) {
      const plan = this.reader.plan(descriptor, []);
      const found = await this.repository.idsOf(this.reader.byIds(plan, wanted, context, 'read', 'living'));
      const sight = sightBy(access.rules);
      return new Map([...found].map((id) => [id, sight]));
    }
    const subject = this.directory.subject(snapshot);
    const views = await this.views.viewsOf(object, wanted);
    return new Map(
      [...views.values()].flatMap((stored) => {
        if (stored.isDeleted) return [];
        const view = viewFor(context.access, stored, subject, snapshot);
        if (access.scope && !context.access.admits(access, view, snapshot)) return [];
        return [
          [stored.id, sightBy(access.rulesFor(context.access.bitsOf(access, view, snapshot)))] as const,
        ];
      }),
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
