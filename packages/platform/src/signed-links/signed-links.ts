import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { currentContext, isUuid, requireTenant } from '../context/index.js';
import { InstallationKeys, type StableKeys } from '../crypto/index.js';

/** Minutes for which a link works, if its maker doesn't say otherwise. */
export const LINK_MINUTES = 60;

/** What a link leads to: a kind of thing, such as `export`, and its id. */
export interface LinkTarget {
  purpose: string;
  id: string;
}

/** Whose link it is. */
export interface LinkHolder {
  tenantId: string;
  kind: 'member' | 'apiKey';
  /** Member or API key. */
  actorId: string;
  /** Of a member: the log-in that the link belongs to. */
  identityId: string | null;
  sessionId: string | null;
}

/**
 * Signs links that a browser can open without a token. A link leads to one thing, acts as the person it was made for, and
 * works for {@link LINK_MINUTES}, or as long as its maker says. Whoever serves it checks that person's rights anew.
 */
@Injectable()
export class SignedLinks {
  constructor(@Inject(InstallationKeys) private readonly keys: StableKeys) {}

  /** Returns the text of a link. @param holder the context's caller by default */
  sign(
    { purpose, id }: LinkTarget,
    holder = contextHolder(),
    now = Date.now(),
    minutes = LINK_MINUTES,
  ): string {
    const { tenantId, kind, actorId, identityId, sessionId } = holder;
    const expires = expiryOf(now, minutes) / 1000;
    const body = Buffer.from(
      JSON.stringify([tenantId, id, kind, actorId, identityId, sessionId, expires]),
    ).toString('base64url');
    return `${body}.${this.signatureOf(purpose, body)}`;
  }

  /**
   * Reads a link.
   * @param target that the address names
   * @returns undefined for a text that is no link to this target, `expired` for one that no longer works
   */
  open({ purpose, id }: LinkTarget, text: string, now = Date.now()): LinkHolder | 'expired' | undefined {
    const [body = '', signature = ''] = text.split('.');
    const expected = Buffer.from(this.signatureOf(purpose, body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [tenantId, targetId, kind, actorId, identityId, sessionId, expires] = JSON.parse(
      Buffer.from(body, 'base64url').toString('utf8'),
    );
    if (targetId !== id || !isUuid(tenantId)) return undefined;
    if (expires * 1000 <= now) return 'expired';
    return { tenantId, kind, actorId, identityId, sessionId };
  }

  private signatureOf(purpose: string, body: string): string {
    return createHmac('sha256', this.keys.stable('signed-links', purpose)).update(body).digest('base64url');
  }
}

/** Returns when a link that is made now stops working, in milliseconds since 1970. */
export const expiryOf = (now = Date.now(), minutes = LINK_MINUTES): number =>
  (Math.floor(now / 1000) + minutes * 60) * 1000;

function contextHolder(): LinkHolder {
  const { memberId, actor, identityId, sessionId } = currentContext();
  return {
    tenantId: requireTenant(),
    kind: memberId === null ? 'apiKey' : 'member',
    actorId: (memberId ?? actor.id)!,
    identityId,
    sessionId,
  };
}
