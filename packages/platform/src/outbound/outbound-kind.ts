import type { z } from 'zod';
import type { ChannelKey } from './outbound-channel.js';

/** A kind of message. Declare it with {@link defineOutbound} in a file of its own, apart from its composer. */
export interface OutboundKind<Schema extends z.ZodType = z.ZodType, Content = unknown> {
  /** `<domain>.<message>`, e.g. `identity.invitation`. It must never change: stored messages refer to it. */
  readonly name: string;
  readonly channel: ChannelKey<Content>;
  /** Shape of what a message is made from when it is sent: ids and options, never content. */
  readonly schema: Schema;
}

/** A message that is about to be sent. */
export interface OutboundMessage {
  /** The same for each attempt, also if somebody sends the message again. */
  readonly id: string;
  readonly kind: string;
  /** The member whom the message is for. */
  readonly recipientId: string | null;
  /** When it was asked for. */
  readonly createdAt: Date;
}

/** What a composer returns for a message that is to wait: another attempt, which doesn't count, is made then. */
export class Postponed {
  constructor(readonly until: Date) {}
}

/**
 * Makes the content of a message, under the rights and settings of the moment. It runs for each attempt, so what it stores
 * must be the same if it runs again.
 * @returns null if the message is no longer needed
 */
export type Compose<Kind extends OutboundKind> =
  Kind extends OutboundKind<infer Schema, infer Content>
    ? (reference: z.output<Schema>, message: OutboundMessage) => Promise<Content | Postponed | null>
    : never;

const NAME = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const kinds = new Map<string, OutboundKind>();

/**
 * Declares a kind of message. A worker that has it refuses to start without a composer for it.
 * @throws Error when the name is malformed or already taken
 */
export function defineOutbound<Schema extends z.ZodType, Content>(
  kind: OutboundKind<Schema, Content>,
): OutboundKind<Schema, Content> {
  if (!NAME.test(kind.name))
    throw new Error(`"${kind.name}" is not the name of a message: write e.g. identity.invitation`);
  if (kinds.has(kind.name)) throw new Error(`two kinds of messages are named "${kind.name}": rename one`);
  kinds.set(kind.name, kind);
  return kind;
}

/** The composers of this process by kind. Modules register theirs before the application starts. */
export class OutboundComposers {
  private readonly composers = new Map<string, { kind: OutboundKind; compose: Compose<OutboundKind> }>();

  /** Adds the composer of a kind. @throws Error when the kind has one already */
  register<Kind extends OutboundKind<any, any>>(kind: Kind, compose: Compose<Kind>): void {
    if (this.composers.has(kind.name)) throw new Error(`two composers for ${kind.name}: keep one`);
    this.composers.set(kind.name, { kind, compose: compose as Compose<OutboundKind> });
  }

  /** Returns the kind with its composer; undefined if another version of the product knows it. */
  find(name: string): { kind: OutboundKind; compose: Compose<OutboundKind> } | undefined {
    return this.composers.get(name);
  }

  /** Checks that each kind has a composer. @throws Error naming those without one */
  check(): void {
    const missing = [...kinds.keys()].filter((name) => !this.composers.has(name));
    if (missing.length > 0)
      throw new Error(`no composer for ${missing.join(', ')}: register it in the module's worker module`);
  }
}
