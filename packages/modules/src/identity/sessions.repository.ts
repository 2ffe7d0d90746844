import { Inject, Injectable } from '@nestjs/common';
import { type PlatformClient, PlatformPool, type Statement } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import { hashToken, newSecretToken } from './secret-token.js';

/** Days after which a session ends if it is not used, and in any case. */
export const SESSION_DAYS = { idle: 30, absolute: 90 };
/**
 * Seconds in which an exchange of a refresh token can be repeated because its response was lost: the page was reloaded
 * or the connection broke.
 */
export const RETRY_SECONDS = 30;
/** Lifetime of an access token in seconds. */
export const ACCESS_TOKEN_SECONDS = 900;

/** A device on which a person is logged in, as shown to them. */
export interface SessionView {
  id: string;
  tenant: { id: string; name: string };
  userAgent: string;
  ip: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
}

/** The session of a refresh token. */
export interface SessionOfToken {
  id: string;
  identityId: string;
  tenantId: string;
  memberId: string;
  /** Whether the token is presented again, and not as a retry: so somebody else has it too. */
  replayed: boolean;
  /** Whether token and session are still valid. */
  alive: boolean;
  /** Whether the session has proven a second factor. */
  secondFactor: boolean;
}

/** A session that has just ended. */
export interface EndedSession {
  id: string;
  tenantId: string;
  memberId: string;
}

/** Returns the log statements for sessions that ended. */
export type TellEnded = (ended: EndedSession[]) => Statement[];

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * SQL: whether the used token `r` can be exchanged again. $2: RETRY_SECONDS. It needs a successor that was never used, so
 * of all old tokens only the latest qualifies.
 */
const MAY_RETRY = `r.used_at > now() - make_interval(secs => $2) and exists (
  select 1 from refresh_token n where n.session_id = r.session_id and n.predecessor_hash = r.token_hash
     and n.used_at is null and n.replaced_at is null)`;

/**
 * SQL that ends the sessions that meet the condition ($2: the reason) and bumps the access version of their tenants, so
 * that their access tokens become invalid on every replica within a second. It returns the sessions.
 */
export const REVOKE_SESSIONS = (condition: string) => `
  with ended as (
    update session set revoked_at = now(), revoked_because = $2
     where revoked_at is null and ${condition} returning id, tenant_id, member_id),
  bumped as (
    update tenant set access_version = access_version + 1 where id in (select tenant_id from ended))
  select id, tenant_id as "tenantId", member_id as "memberId" from ended`;

/**
 * Sessions and their refresh tokens (RFC 9700 §4.14.2), across tenants. A session has one valid token at a time.
 *
 * A page that is reloaded while it refreshes never gets the response and still holds the old token. Within
 * `RETRY_SECONDS`, and only until the new token is used, the old one can be exchanged again, which replaces the new one.
 * Any other use of an old token, and any use of a replaced one, is a replay. So a thief who replays a token in this time
 * is found out when the owner refreshes next: within the life of an access token if a page is open, else when the owner
 * comes back. Later replays are found out at once. Giving the same successor again would be simpler, but nothing would
 * tell its two holders apart.
 */
@Injectable()
export class SessionsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /**
   * Opens a session for somebody who proved the password of `passwordHash`. It is not opened if the password has
   * changed by now: somebody who knew the old one must not get in after a reset.
   * @param tell returns log statements about the session with the given id, run in its transaction
   * @returns its id and its first refresh token, which is stored only as a hash; null when the password changed
   */
  async open(
    of: {
      identityId: string;
      passwordHash: string;
      tenantId: string;
      memberId: string;
      userAgent: string;
      ip: string;
      secondFactor: boolean;
    },
    tell: (id: string) => Statement[],
  ) {
    const id = newId();
    const refreshToken = newSecretToken();
    return this.platform.transaction(async (client) => {
      const { rowCount: unchanged } = await client.query(
        'select 1 from identity where id = $1 and password_hash = $2 for share',
        [of.identityId, of.passwordHash],
      );
      if (unchanged === 0) return null;
      await client.query(
        `with opened as (
           insert into session (id, identity_id, tenant_id, member_id, user_agent, ip, second_factor, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8)) returning id, expires_at)
         insert into refresh_token (token_hash, session_id, expires_at) select $9, id, expires_at from opened`,
        [
          id,
          of.identityId,
          of.tenantId,
          of.memberId,
          of.userAgent.slice(0, 400),
          of.ip,
          of.secondFactor,
          SESSION_DAYS.idle,
          hashToken(refreshToken),
        ],
      );
      await run(client, tell(id));
      return { id, refreshToken };
    });
  }

  /** Whether the session exists, is alive, and belongs to exactly this person, member and company. */
  async isAlive(of: {
    id: string;
    identityId: string;
    tenantId: string;
    memberId: string;
  }): Promise<boolean> {
    const { rowCount } = await this.platform.query(
      `select 1 from session where id = $1 and identity_id = $2 and tenant_id = $3 and member_id = $4
          and revoked_at is null and expires_at > now()`,
      [of.id, of.identityId, of.tenantId, of.memberId],
    );
    return rowCount === 1;
  }

  /**
   * Returns the session's age, whether it is open, and whether it has proven a second factor; null when it does not
   * exist.
   */
  async proofOf(id: string): Promise<{ ageSeconds: number; secondFactor: boolean; isAlive: boolean } | null> {
    const { rows } = await this.platform.query(
      `select extract(epoch from now() - created_at)::float8 as "ageSeconds", second_factor as "secondFactor",
              revoked_at is null and expires_at > now() as "isAlive"
         from session where id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** Records that the session has proven a second factor. @returns false when the session has ended */
  async markProven(client: PlatformClient, id: string): Promise<boolean> {
    const { rowCount } = await client.query(
      'update session set second_factor = true where id = $1 and revoked_at is null and expires_at > now()',
      [id],
    );
    return rowCount === 1;
  }

  /** Ends all of the person's sessions in the given transaction, except the one to keep, if given. */
  async endAllOf(
    client: PlatformClient,
    identityId: string,
    keepId: string | null,
    because: string,
    options: { onlyUnproven?: boolean } = {},
  ): Promise<EndedSession[]> {
    const { rows } = await client.query(
      REVOKE_SESSIONS(
        `identity_id = $1 and id is distinct from $3 and expires_at > now()${options.onlyUnproven ? ' and not second_factor' : ''}`,
      ),
      [identityId, because, keepId],
    );
    return rows;
  }

  /** Returns the session of a refresh token, even if one of them is no longer valid; null for an unknown token. */
  async findByToken(refreshToken: string): Promise<SessionOfToken | null> {
    const { rows } = await this.platform.query(
      `select s.id, s.identity_id as "identityId", s.tenant_id as "tenantId", s.member_id as "memberId",
              r.replaced_at is not null or (r.used_at is not null and not (${MAY_RETRY})) as replayed,
              s.revoked_at is null and s.expires_at > now() and r.expires_at > now() as alive,
              s.second_factor as "secondFactor"
         from refresh_token r join session s on s.id = r.session_id where r.token_hash = $1`,
      [hashToken(refreshToken), RETRY_SECONDS],
    );
    return rows[0] ?? null;
  }

  /**
   * Exchanges a refresh token for the next one. Of concurrent exchanges, each counts as a retry of the one before.
   * @returns the next token, or null when this is a replay or the session has ended
   */
  async rotate(refreshToken: string): Promise<string | null> {
    const hash = hashToken(refreshToken);
    const next = newSecretToken();
    return this.platform.transaction(async (client) => {
      // Exchanges of a session's tokens take turns, so that it never has two valid ones.
      await client.query(
        'select 1 from session s join refresh_token r on r.session_id = s.id where r.token_hash = $1 for update of s',
        [hash],
      );
      const { rows } = await client.query(
        `with presented as (
           update refresh_token r set used_at = coalesce(used_at, now())
            where token_hash = $1 and replaced_at is null and (used_at is null or ${MAY_RETRY}) returning session_id),
         replaced as (
           update refresh_token t set replaced_at = now() from presented p
            where t.session_id = p.session_id and t.predecessor_hash = $1 and t.used_at is null and t.replaced_at is null)
         select session_id from presented`,
        [hash, RETRY_SECONDS],
      );
      if (!rows[0]) return null;
      const { rowCount } = await client.query(
        `with kept as (
           update session set last_used_at = now(),
                  expires_at = least(now() + make_interval(days => $3), created_at + make_interval(days => $4))
            where id = $1 and revoked_at is null and expires_at > now() returning id, expires_at)
         insert into refresh_token (token_hash, session_id, expires_at, predecessor_hash)
         select $2, id, expires_at, $5 from kept`,
        [rows[0].session_id, hashToken(next), SESSION_DAYS.idle, SESSION_DAYS.absolute, hash],
      );
      return rowCount === 1 ? next : null;
    });
  }

  /** Ends one session. @returns the session, or an empty list when it had already ended */
  async revoke(id: string, because: string, tell: TellEnded): Promise<EndedSession[]> {
    return this.end('id = $1', [id, because], tell);
  }

  /** Ends all of the person's sessions except one. */
  async revokeOthers(
    identityId: string,
    keepId: string,
    because: string,
    tell: TellEnded,
  ): Promise<EndedSession[]> {
    return this.end(
      'identity_id = $1 and id <> $3 and expires_at > now()',
      [identityId, because, keepId],
      tell,
    );
  }

  /**
   * Ends every session of a member who is not active, so that none becomes valid again when the member is reactivated.
   */
  async revokeOfInactive(tenantId: string, memberId: string, because: string): Promise<EndedSession[]> {
    const condition = `member_id = $1 and tenant_id = $3 and exists (
        select 1 from member m where m.tenant_id = session.tenant_id and m.id = session.member_id and m.status <> 'active')`;
    return this.end(condition, [memberId, because, tenantId], () => []);
  }

  /** Ends one session of the person. @returns an empty list when they have no such session */
  async revokeOwn(identityId: string, id: string, because: string, tell: TellEnded): Promise<EndedSession[]> {
    return this.end('id = $1 and identity_id = $3 and expires_at > now()', [id, because, identityId], tell);
  }

  private async end(condition: string, values: unknown[], tell: TellEnded): Promise<EndedSession[]> {
    return this.platform.transaction(async (client) => {
      const { rows } = await client.query(REVOKE_SESSIONS(condition), values);
      await run(client, tell(rows));
      return rows;
    });
  }

  /**
   * Gives up a session because its person switched to another company: it can no longer be refreshed, while access
   * tokens in other tabs stay valid until they expire (and can still be revoked).
   */
  async leave(id: string, tell: TellEnded): Promise<void> {
    await this.platform.transaction(async (client) => {
      const { rows } = await client.query(
        `update session set revoked_because = 'switched', expires_at = now() + make_interval(secs => $2)
          where id = $1 and revoked_at is null returning id, tenant_id as "tenantId", member_id as "memberId"`,
        [id, ACCESS_TOKEN_SECONDS],
      );
      await run(client, tell(rows));
      await client.query(
        'update refresh_token set used_at = now() where session_id = $1 and used_at is null',
        [id],
      );
    });
  }

  /** Returns the statement that ends the sessions of members of the bound company, in the caller's transaction. */
  endOfMembers(memberIds: string[], because: string): Statement {
    return { text: 'select end_sessions_of_members($1::uuid[], $2)', values: [memberIds, because] };
  }

  /** Returns the devices on which the person is logged in, latest first. */
  async list(identityId: string): Promise<SessionView[]> {
    const { rows } = await this.platform.query(
      `select s.id, jsonb_build_object('id', t.id, 'name', t.name) as tenant, s.user_agent as "userAgent", s.ip,
              ${iso('s.created_at')} as "createdAt", ${iso('s.last_used_at')} as "lastUsedAt", ${iso('s.expires_at')} as "expiresAt"
         from session s join tenant t on t.id = s.tenant_id
        where s.identity_id = $1 and s.revoked_at is null and s.expires_at > now() and s.revoked_because is distinct from 'switched'
        order by s.last_used_at desc, s.id desc`,
      [identityId],
    );
    return rows;
  }

  /** Whether the person has logged in from this address recently. */
  async knowsAddress(identityId: string, ip: string): Promise<boolean> {
    const { rowCount } = await this.platform.query(
      'select 1 from session where identity_id = $1 and ip = $2 limit 1',
      [identityId, ip],
    );
    return rowCount === 1;
  }

  /**
   * Deletes sessions and links that ended long ago. Used refresh tokens stay as long as their session, so that their
   * reuse can be detected.
   * @returns how many rows were deleted
   */
  async purge(): Promise<{ sessions: number; resets: number }> {
    const sessions = await this.platform.query(
      `delete from session where coalesce(revoked_at, expires_at) < now() - interval '30 days' or expires_at < now() - interval '30 days'`,
    );
    const resets = await this.platform.query(
      `delete from password_reset where expires_at < now() - interval '1 day'`,
    );
    return { sessions: sessions.rowCount ?? 0, resets: resets.rowCount ?? 0 };
  }
}

async function run(client: PlatformClient, statements: Statement[]): Promise<void> {
  for (const { text, values } of statements) await client.query(text, values as unknown[]);
}
