import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool, sql, type Statement, type UnitOfWork } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import { normalizeEmail } from './email.rules.js';
import { type EndedSession, REVOKE_SESSIONS } from './sessions.repository.js';

/** A person's log-in, shared by all their companies. */
export interface Identity {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  lastTenantId: string | null;
  /** ISO 8601; null until the person has opened a link mailed to the address. */
  emailVerifiedAt: string | null;
  /** The language that the person chose; null if they did not choose one. */
  language: 'en' | 'de' | null;
}

/** A person's membership in one company. */
export interface Membership {
  tenantId: string;
  tenantName: string;
  subdomain: string;
  tenantStatus: string;
  memberId: string;
  memberName: string;
  memberStatus: string;
  /** Whether the company requires a second factor of its members. */
  requiresSecondFactor: boolean;
}

/** Validity of a reset link in minutes. */
export const RESET_MINUTES = 60;
/** Validity of a link that confirms an address, in minutes. */
export const CONFIRMATION_MINUTES = 24 * 60;

const IDENTITY = `select id, email, name, password_hash as "passwordHash", last_tenant_id as "lastTenantId", language,
    to_char(email_verified_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "emailVerifiedAt" from identity`;

/** Log-ins, across tenants: the only place where the platform's own database log-in reads and writes them. */
@Injectable()
export class IdentitiesRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  async findByEmail(email: string): Promise<Identity | null> {
    const { rows } = await this.platform.query(`${IDENTITY} where email_norm = $1`, [normalizeEmail(email)]);
    return rows[0] ?? null;
  }

  async find(id: string): Promise<Identity | null> {
    const { rows } = await this.platform.query(`${IDENTITY} where id = $1`, [id]);
    return rows[0] ?? null;
  }

  /** Returns all of the person's companies by name, including former and suspended ones. */
  async memberships(identityId: string): Promise<Membership[]> {
    const { rows } = await this.platform.query(
      `select t.id as "tenantId", t.name as "tenantName", t.subdomain, t.status as "tenantStatus",
              m.id as "memberId", m.name as "memberName", m.status as "memberStatus",
              s.require_second_factor as "requiresSecondFactor"
         from member m join tenant t on t.id = m.tenant_id join tenant_setting s on s.tenant_id = m.tenant_id
        where m.identity_id = $1 and m.deleted_at is null order by t.name, t.id`,
      [identityId],
    );
    return rows;
  }

  /**
   * Creates a log-in inside a tenant's transaction.
   * @param isProven whether the person came through a link mailed to the address
   * @returns its id, or null when the address already has a log-in
   */
  async create(
    uow: UnitOfWork,
    person: { email: string; name: string; passwordHash: string },
    isProven: boolean,
  ): Promise<string | null> {
    const [row] = await uow.run<{ id: string | null }>(
      sql`select create_identity(${newId()}, ${person.email}, ${normalizeEmail(person.email)}, ${person.name}, ${person.passwordHash}, ${isProven}) as id`,
    );
    return row?.id ?? null;
  }

  /** Whether an active member of the company has confirmed their address. */
  async hasProvenMember(tenantId: string): Promise<boolean> {
    const { rowCount } = await this.platform.query(
      `select 1 from member m join identity i on i.id = m.identity_id
        where m.tenant_id = $1 and m.deleted_at is null and m.status = 'active' and i.email_verified_at is not null limit 1`,
      [tenantId],
    );
    return rowCount === 1;
  }

  /** Stores the company that the person used last; the next log-in opens it. */
  async rememberTenant(identityId: string, tenantId: string): Promise<void> {
    await this.platform.query(
      'update identity set last_tenant_id = $2 where id = $1 and last_tenant_id is distinct from $2',
      [identityId, tenantId],
    );
  }

  /** Stores the language that a person chose; null follows the browser again. */
  async rememberLanguage(identityId: string, language: Identity['language']): Promise<void> {
    await this.platform.query('update identity set language = $2, updated_at = now() where id = $1', [
      identityId,
      language,
    ]);
  }

  /**
   * Changes the password from one to another, ends the person's other sessions and makes mailed links void.
   * @param keepSessionId the session that continues
   * @param told statements of the log, run in the same transaction
   * @returns the sessions that ended; null when the password has changed meanwhile
   */
  async changePassword(
    identityId: string,
    password: { from: string; to: string },
    keepSessionId: string | null,
    told: Statement[],
  ): Promise<EndedSession[] | null> {
    return this.platform.transaction(async (client) => {
      const { rowCount } = await client.query(
        'update identity set password_hash = $2, updated_at = now() where id = $1 and password_hash = $3',
        [identityId, password.to, password.from],
      );
      if (rowCount === 0) return null;
      await client.query(
        'update password_reset set used_at = now() where identity_id = $1 and used_at is null',
        [identityId],
      );
      await client.query(`delete from second_factor_challenge where identity_id = $1 and purpose = 'logIn'`, [
        identityId,
      ]);
      const { rows } = await client.query(REVOKE_SESSIONS('identity_id = $1 and id is distinct from $3'), [
        identityId,
        'passwordChanged',
        keepSessionId,
      ]);
      for (const { text, values } of told) await client.query(text, values as unknown[]);
      return rows;
    });
  }

  /** Stores the hash of a mailed link. Storing the same hash again (a job's second attempt) changes nothing. */
  async addReset(identityId: string, tokenHash: string, minutes: number): Promise<void> {
    await this.platform.query(
      `insert into password_reset (token_hash, identity_id, expires_at) values ($1, $2, now() + make_interval(mins => $3))
       on conflict (token_hash) do nothing`,
      [tokenHash, identityId, minutes],
    );
  }

  /** Returns the person that a mailed link belongs to, if it is still valid. */
  async findByReset(tokenHash: string): Promise<Identity | null> {
    const { rows } = await this.platform.query(
      `${IDENTITY} where id = (select identity_id from password_reset where token_hash = $1 and used_at is null and expires_at > now())`,
      [tokenHash],
    );
    return rows[0] ?? null;
  }
}
