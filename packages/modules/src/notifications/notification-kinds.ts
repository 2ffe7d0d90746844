import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { FeedEvent, Wanted } from '@pellucid/platform/events';

/** A person whom an event concerns. */
export interface Concerned {
  event: FeedEvent;
  memberId: string;
}

/** What people are notified of. */
export interface NotificationKind {
  /** It must never change: stored notifications and settings refer to it. */
  name: string;
  /** Keys of the fields that it tells something about. Whoever doesn't see them isn't told. */
  tells: readonly string[];
  /** The events it comes from; none for a kind that a module adds by itself. */
  from?: {
    objects: Wanted;
    verbs: Wanted;
    /**
     * Returns whom the events concern; those who made an event are left out afterwards. Events of erased records lack
     * values.
     */
    find(events: FeedEvent[], uow: UnitOfWork): Promise<Concerned[]> | Concerned[];
  };
}

/** The kinds of this process. Modules register theirs in API and worker, before the application starts. */
@Injectable()
export class NotificationKinds {
  private readonly kinds = new Map<string, NotificationKind>();

  /** Adds a kind. @throws Error when the name is malformed or taken */
  register(kind: NotificationKind): void {
    if (!/^[a-z][a-zA-Z]*$/.test(kind.name))
      throw new Error(`"${kind.name}" is not the name of a kind: write camelCase`);
    if (this.kinds.has(kind.name)) throw new Error(`two kinds of notifications are named "${kind.name}"`);
    this.kinds.set(kind.name, kind);
  }

  all(): NotificationKind[] {
    return [...this.kinds.values()];
  }

  find(name: string): NotificationKind | undefined {
    return this.kinds.get(name);
  }
}
