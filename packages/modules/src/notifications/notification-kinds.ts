import { Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import type { FeedEvent, Wanted } from '@pellucid/platform/events';
import type { FollowCause } from './follows/follow.types.js';

/** A person whom an event concerns. */
export interface Concerned {
  event: FeedEvent;
  memberId: string;
  /** The record that it is about, if it isn't the event's. */
  record?: { object: string; recordId: string };
  /** Fields of the record; whoever sees none of them isn't told. */
  fields?: string[];
  /** Another record, which is about the record: whoever doesn't see that isn't told. */
  via?: { object: string; recordId: string };
  /** Why they follow the record, oldest reason first; whoever sees none of the reasons isn't told. */
  followed?: FollowCause[];
  /** Codes that the text needs; no values of records. */
  parameters?: Record<string, string>;
}

/**
 * What a notification says, with `{{actor}}`, `{{name}}`, `{{number}}`, `{{objects}}`, `{{object}}`, `{{added}}` and the kind's own
 * parameters. `By` is for a known actor, `many` for several records. A kind that is never about records has a `line`.
 */
export type KindTexts = {
  label: string;
  /** Why people are told, as a sentence. */
  why: string;
} & ({ one: string; oneBy: string; many: string; manyBy: string } | { line: string });

/** How people get mails about a kind. */
export const MAIL_CHOICES = ['immediate', 'digest', 'off'] as const;
export type MailChoice = (typeof MAIL_CHOICES)[number];

/** On which ways a person wants to hear of a kind. */
export interface KindChoice {
  inApp: boolean;
  mail: MailChoice;
}

/** What people are notified of. */
export interface NotificationKind {
  /** It must never change: stored notifications and settings refer to it. */
  name: string;
  /** Keys of the fields that it tells something about. Whoever doesn't see them isn't told. */
  tells: readonly string[];
  texts: { en: KindTexts; de: KindTexts };
  /** Whether people hear of it because they follow the record. They aren't told of an event of which another kind tells them. */
  follows?: boolean;
  /** How people hear of it who chose nothing. */
  usual: KindChoice;
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
