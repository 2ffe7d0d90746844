import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type Subject, type TenantSnapshot } from '@pellucid/platform/access';
import {
  FIELD_ACCESS,
  type FieldAccess,
  type FieldRules,
  RecordRegistry,
  RecordViews,
  type StoredView,
} from '@pellucid/platform/records';
import type { PresentPerson } from './live-protocol.js';
import type { Presence } from './presence.repository.js';
import { rulesIn } from './rules-in.js';

/** What decides who is told of whom on some records of a tenant, as it is now. */
export interface PresenceRoom {
  snapshot: TenantSnapshot;
  /** Records by object and id, and people by id. */
  records: Map<string, StoredView>;
  people: Map<string, StoredView>;
}

const keyOf = ({ object, recordId }: Pick<Presence, 'object' | 'recordId'>) => `${object}/${recordId}`;

/** Decides whom people are told of, under their rights now. Runs as the product itself. */
@Injectable()
export class PresenceSight {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
  ) {}

  /** Whether a person may read a record. */
  async sees(memberId: string, at: Pick<Presence, 'object' | 'recordId'>): Promise<boolean> {
    const room = await this.roomOf([at], []);
    return this.rulesFor(memberId, at, room) !== null;
  }

  /** Whether an object has a field that the person sees in the record. */
  async seesField(
    memberId: string,
    at: Pick<Presence, 'object' | 'recordId'>,
    field: string,
  ): Promise<boolean> {
    const room = await this.roomOf([at], []);
    return this.hasField(at.object, field, room, this.rulesFor(memberId, at, room));
  }

  /** Reads what decisions about these records and people need: a few round trips, however many receive them. */
  async roomOf(at: Pick<Presence, 'object' | 'recordId'>[], memberIds: string[]): Promise<PresenceRoom> {
    const snapshot = await this.directory.current();
    const records = new Map<string, StoredView>();
    for (const [object, some] of Map.groupBy(at, (each) => each.object)) {
      if (!this.registry.has(object, snapshot)) continue;
      const ids = [...new Set(some.map(({ recordId }) => recordId))];
      for (const [id, view] of await this.views.viewsOf(object, ids))
        records.set(keyOf({ object, recordId: id }), view);
    }
    const people = memberIds.length
      ? await this.views.viewsOf(this.people, [...new Set(memberIds)])
      : new Map<string, StoredView>();
    return { snapshot, records, people };
  }

  /** Returns the others on a record as one of those who look at it may know them; null if that one doesn't see the record. */
  othersFor(
    memberId: string,
    at: Pick<Presence, 'object' | 'recordId'>,
    all: Presence[],
    room: PresenceRoom,
  ): PresentPerson[] | null {
    const rules = this.rulesFor(memberId, at, room);
    const subject = this.directory.memberSubject(room.snapshot, memberId);
    if (!rules || !subject) return null;
    const members = this.access.decide(this.people, 'read', room.snapshot, subject);
    const others = all.filter((each) => keyOf(each) === keyOf(at) && each.memberId !== memberId);
    return [...Map.groupBy(others, (each) => each.memberId)]
      .flatMap(([id, tabs]): PresentPerson[] => {
        const person = room.people.get(id);
        const seen =
          person && !person.isDeleted ? rulesIn(this.access, members, person, subject, room.snapshot) : null;
        // Whoever lost sight of the record is not there, though their tab may not have closed yet.
        if (seen?.read('name') !== 'clear' || !this.rulesFor(id, at, room)) return [];
        const fields = tabs.flatMap(({ field }) =>
          field !== null && this.hasField(at.object, field, room, rules) ? [field] : [],
        );
        return [
          {
            id,
            name: person!.name,
            fields: [...new Set(fields)].sort(),
            typing: tabs.some(({ isTyping }) => isTyping),
          },
        ];
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Key of the object whose records are the people who can log in. */
  private get people(): string {
    return this.registry.product().find(({ presentation }) => presentation.offered.logIn)!.key;
  }

  private rulesFor(
    memberId: string,
    at: Pick<Presence, 'object' | 'recordId'>,
    { snapshot, records }: PresenceRoom,
  ): FieldRules | null {
    const subject: Subject | undefined = this.directory.memberSubject(snapshot, memberId);
    const view = records.get(keyOf(at));
    if (!subject || !view || view.isDeleted) return null;
    const access = this.access.decide(at.object, 'read', snapshot, subject);
    return rulesIn(this.access, access, view, subject, snapshot);
  }

  private hasField(
    object: string,
    field: string,
    { snapshot }: PresenceRoom,
    rules: FieldRules | null,
  ): boolean {
    return (
      rules !== null &&
      this.registry.forTenant(object, snapshot).byKey.has(field) &&
      rules.read(field) !== 'hidden'
    );
  }
}
