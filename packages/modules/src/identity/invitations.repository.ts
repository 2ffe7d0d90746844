import { Inject, Injectable } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { PlatformPool, type Statement, sql, type UnitOfWork } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import { hashToken, newSecretToken } from './secret-token.js';

/** Validity of an invitation in days. */
export const INVITATION_DAYS = 7;

/** An invitation in responses. */
export interface InvitationView {
  id: string;
  memberId: string;
  expiresAt: string;
}

/** The content of an invitation's mail. */
export interface InvitationMail {
  email: string;
  name: string;
  companyName: string;
  /** Name of the person who invited; null if they have been deleted. */
  inviter: string | null;
  expiresAt: string;
}

/** The invitation that a link opens. */
export interface OpenInvitation {
  id: string;
  tenantId: string;
  tenantName: string;
  subdomain: string;
  tenantStatus: string;
  memberId: string;
  memberName: string;
  email: string;
  /** ISO 8601. */
  expiresAt: string;
}

const OPEN = 'accepted_at is null and revoked_at is null and expires_at > now()';
const VIEW = `id, member_id as "memberId", to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt"`;

/** Invitations. The link's token exists only in the mail; the table stores its hash. */
@Injectable()
export class InvitationsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Creates an invitation; earlier ones of the member become void. Its link is not valid until the mail is made. */
  async add(uow: UnitOfWork, memberId: string): Promise<InvitationView> {
    await this.revoke(uow, memberId);
    const [row] = await uow.run<InvitationView>({
      text: `insert into invitation (tenant_id, id, member_id, token_hash, expires_at)
             values ($1, $2, $3, $4, now() + make_interval(days => $5)) returning ${VIEW}`,
      values: [uow.tenantId, newId(), memberId, hashToken(newSecretToken()), INVITATION_DAYS],
    });
    return row!;
  }

  /** Makes the member's open invitations void. @returns whether there was one */
  async revoke(uow: UnitOfWork, memberId: string): Promise<boolean> {
    const rows = await uow.run({
      text: `update invitation set revoked_at = now() where member_id = $1 and ${OPEN} returning id`,
      values: [memberId],
    });
    return rows.length > 0;
  }

  /** Returns statements that make the members' open invitations void. */
  voiding(memberIds: string[]): Statement[] {
    return memberIds.length
      ? [
          {
            text: `update invitation set revoked_at = now() where member_id = any($1::uuid[]) and ${OPEN}`,
            values: [memberIds],
          },
        ]
      : [];
  }

  /**
   * Stores the hash of the link that is about to be mailed.
   * @returns the mail's content, or null when the invitation is closed
   */
  async arm(uow: UnitOfWork, id: string, tokenHash: string): Promise<InvitationMail | null> {
    const [row] = await uow.run<InvitationMail>(sql`
      with armed as (
        update invitation set token_hash = ${tokenHash}
         where id = ${id} and accepted_at is null and revoked_at is null and expires_at > now() returning member_id, expires_at)
      select m.email, m.name, t.name as "companyName", armed.expires_at as "expiresAt",
             (select name from member where id = ${currentContext().memberId}) as inviter
        from armed join member m on m.id = armed.member_id join tenant t on t.id = m.tenant_id
       where m.deleted_at is null and m.status = 'invited' and m.email is not null`);
    return row ?? null;
  }

  /** Returns the invitation of a link, in any company; null for a link that is not valid. */
  async findByToken(token: string): Promise<OpenInvitation | null> {
    const { rows } = await this.platform.query(
      `select i.id, t.id as "tenantId", t.name as "tenantName", t.subdomain, t.status as "tenantStatus", m.id as "memberId", m.name as "memberName",
              m.email, to_char(i.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "expiresAt"
         from invitation i
         join member m on m.tenant_id = i.tenant_id and m.id = i.member_id
         join tenant t on t.id = i.tenant_id
        where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
          and m.deleted_at is null and m.status = 'invited' and m.email is not null`,
      [hashToken(token)],
    );
    return rows[0] ?? null;
  }

  /** Uses up an invitation. @returns false when it has been used or revoked meanwhile */
  async accept(uow: UnitOfWork, id: string, token: string): Promise<boolean> {
    const rows = await uow.run({
      text: `update invitation set accepted_at = now() where id = $1 and token_hash = $2 and ${OPEN} returning id`,
      values: [id, hashToken(token)],
    });
    return rows.length > 0;
  }
}
