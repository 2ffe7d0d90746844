import { Inject, Injectable } from '@nestjs/common';
import type { PlatformClient, Statement } from '@pellucid/platform/db';
import { SecondFactorsRepository } from './second-factor/second-factors.repository.js';
import { type EndedSession, SessionsRepository } from './sessions.repository.js';

/** The effects of a mailed link. */
export interface ProvenAddress {
  /** Whether it was the first mailed link that the person opened. */
  isFirst: boolean;
  endedSessions: EndedSession[];
  /** Number of second factors that were removed. */
  removedFactors: number;
  revokedKeys: { tenantId: string; memberId: string; apiKeyId: string }[];
}

/** What the person opened the link for. */
export interface LinkUse {
  /** Hash of the new password; without it, the password stays. */
  passwordHash?: string;
  /** The session that continues: the person opened the link while logged in. */
  keepSessionId?: string;
}

/** Returns statements that log the proof. */
export type TellProof = (proven: ProvenAddress) => Statement[];

/**
 * Proofs of addresses by mailed links. The first proof of an address takes over the log-in (ADR 0017): whoever
 * registered the address may not own it, so earlier passwords, factors, sessions and API keys stop working.
 */
@Injectable()
export class AddressProofsRepository {
  constructor(
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SecondFactorsRepository) private readonly factors: SecondFactorsRepository,
  ) {}

  /**
   * Uses up a link and does what it was opened for, in one transaction. If several links, or several uses of one,
   * arrive at the same time, exactly one succeeds.
   * @returns null for a link that is not (or no longer) valid
   */
  async byLink(
    identityId: string,
    tokenHash: string,
    use: LinkUse,
    tell: TellProof,
  ): Promise<ProvenAddress | null> {
    return this.factors.transaction(identityId, async (client) => {
      const { rowCount } = await client.query(
        'update password_reset set used_at = now() where token_hash = $1 and identity_id = $2 and used_at is null and expires_at > now()',
        [tokenHash, identityId],
      );
      return rowCount === 1 ? this.prove(client, identityId, use, tell) : null;
    });
  }

  /**
   * Takes over a log-in whose address nobody has proven yet.
   * @returns null when the invitation's link is no longer valid, or the address has been proven meanwhile
   */
  async byInvitation(
    identityId: string,
    invitationId: string,
    tokenHash: string,
    passwordHash: string,
    tell: TellProof,
  ): Promise<ProvenAddress | null> {
    return this.factors.transaction(identityId, async (client) => {
      const { rowCount } = await client.query(
        `select 1 from identity where id = $1 and email_verified_at is null and exists (
           select 1 from invitation where id = $2 and token_hash = $3
              and accepted_at is null and revoked_at is null and expires_at > now())`,
        [identityId, invitationId, tokenHash],
      );
      return rowCount === 1 ? this.prove(client, identityId, { passwordHash }, tell) : null;
    });
  }

  /** Must run in a transaction that holds the lock on the identity's row. */
  private async prove(
    client: PlatformClient,
    identityId: string,
    { passwordHash, keepSessionId }: LinkUse,
    tell: TellProof,
  ): Promise<ProvenAddress> {
    const { rows } = await client.query(
      `update identity i set email_verified_at = coalesce(i.email_verified_at, now()), updated_at = now(),
              password_hash = coalesce($2, i.password_hash)
         from (select id, email_verified_at is null as first from identity where id = $1) before
        where i.id = before.id returning before.first`,
      [identityId, passwordHash ?? null],
    );
    const isFirst: boolean = rows[0].first;
    await client.query(
      'update password_reset set used_at = now() where identity_id = $1 and used_at is null',
      [identityId],
    );
    // A log-in that waits for its second factor was started with the earlier password.
    await client.query('delete from second_factor_challenge where identity_id = $1', [identityId]);
    const takesOver = isFirst && keepSessionId === undefined;
    const removedFactors = takesOver ? await this.factors.removeAll(client, identityId) : 0;
    const keys = takesOver
      ? await client.query(
          `select tenant_id as "tenantId", member_id as "memberId", api_key_id as "apiKeyId"
             from revoke_api_keys_of_identity($1)`,
          [identityId],
        )
      : { rows: [] };
    const endedSessions =
      passwordHash !== undefined || isFirst
        ? await this.sessions.endAllOf(client, identityId, keepSessionId ?? null, 'addressProven')
        : [];
    const proven = { isFirst, endedSessions, removedFactors, revokedKeys: keys.rows };
    for (const { text, values } of tell(proven)) await client.query(text, values as unknown[]);
    return proven;
  }
}
