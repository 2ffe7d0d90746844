import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '@pellucid/platform/context';
import { InstallationKeys, type StableKeys } from '@pellucid/platform/crypto';

/** Minutes for which a link works. */
export const LINK_MINUTES = 60;

/** Whose link it is, and to what. */
export interface DownloadLink {
  tenantId: string;
  exportId: string;
  kind: 'member' | 'apiKey';
  /** Member or API key. */
  actorId: string;
  /** Of a member: the log-in that the link belongs to. */
  identityId: string | null;
  sessionId: string | null;
}

/** Signs links to the files of exports. A browser can open them without a token, for an hour and while the log-in lasts. */
@Injectable()
export class DownloadLinks {
  constructor(@Inject(InstallationKeys) private readonly keys: StableKeys) {}

  /** Returns the text of a link. */
  sign(link: DownloadLink, now = Date.now()): string {
    const expires = Math.floor(now / 1000) + LINK_MINUTES * 60;
    const body = Buffer.from(
      JSON.stringify([
        link.tenantId,
        link.exportId,
        link.kind,
        link.actorId,
        link.identityId,
        link.sessionId,
        expires,
      ]),
    ).toString('base64url');
    return `${body}.${this.signatureOf(body)}`;
  }

  /**
   * Reads a link.
   * @param exportId that the address names
   * @returns undefined for a text that is no link to this export, `expired` for one that no longer works
   */
  open(text: string, exportId: string, now = Date.now()): DownloadLink | 'expired' | undefined {
    const [body = '', signature = ''] = text.split('.');
    const expected = Buffer.from(this.signatureOf(body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [tenantId, id, kind, actorId, identityId, sessionId, expires] = JSON.parse(
      Buffer.from(body, 'base64url').toString('utf8'),
    );
    if (id !== exportId || !isUuid(tenantId)) return undefined;
    if (expires * 1000 <= now) return 'expired';
    return { tenantId, exportId: id, kind, actorId, identityId, sessionId };
  }

  private signatureOf(body: string): string {
    return createHmac('sha256', this.keys.stable('export-links')).update(body).digest('base64url');
  }
}
