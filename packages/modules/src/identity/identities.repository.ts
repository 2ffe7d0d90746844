import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool, sql, type Statement, type UnitOfWork } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import { normalizeEmail } from './email.rules.js';
import { type EndedSession, REVOKE_SESSIONS } from './sessions.repository.js';

/** The global log-in of a person. */
export interface Identity {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  lastTenantId: string | null;
}

/** A person's place in one company. */
export interface Membership {
  tenantId: string;
  tenantName: string;
  subdomain: string;
  tenantStatus: string;
  memberId: string;
  memberName: string;
  memberStatus: string;
  /** Whether the company asks its members for a second factor. */
  requiresSecondFactor: boolean;
}

/** Minutes a reset link can be used. */
export const RESET_MINUTES = 60;

const IDENTITY = `select id, email, name, password_hash as "passwordHash", last_tenant_id as "lastTenantId" from identity`;

/** Log-ins, across tenants: the one place where the platform's own database log-in reads and writes them. */
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

  /** Every company the person is in, by name; former ones and suspended companies too. */
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

  /** Makes a log-in inside a tenant's transaction. @returns its id, or null when the address has one already */
  async create(
    uow: UnitOfWork,
    person: { email: string; name: string; passwordHash: string },
  ): Promise<string | null> {
    const [row] = await uow.run<{ id: string | null }>(
      sql`select create_identity(${newId()}, ${person.email}, ${normalizeEmail(person.email)}, ${person.name}, ${person.passwordHash}) as id`,
    );
    return row?.id ?? null;
  }

  async rememberTenant(identityId: string, tenantId: string): Promise<void> {
    await this.platform.query(
      'update identity set last_tenant_id = $2 where id = $1 and last_tenant_id is distinct from $2',
      [identityId, tenantId],
    );
  }

  /**
   * Sets a new password, ends the person's sessions and makes mailed links void.
   * @param keepSessionId the session that goes on, if any
   * @param told statements of the log, run in the same transaction
   * @returns the sessions that ended
   */
  async setPassword(
    identityId: string,
    passwordHash: string,
    keepSessionId: string | null,
    told: Statement[],
  ): Promise<EndedSession[]> {
    return this.platform.transaction(async (client) => {
      await client.query('update identity set password_hash = $2, updated_at = now() where id = $1', [
        identityId,
        passwordHash,
      ]);
      await client.query(
        'update password_reset set used_at = now() where identity_id = $1 and used_at is null',
        [identityId],
      );
      const { rows } = await client.query(REVOKE_SESSIONS('identity_id = $1 and id is distinct from $3'), [
        identityId,
        'passwordChanged',
        keepSessionId,
      ]);
      for (const { text, values } of told) await client.query(text, values as unknown[]);
      return rows;
    });
  }

  /** Notes the hash of a reset link. The same hash again (a job's second attempt) changes nothing. */
  async addReset(identityId: string, tokenHash: string): Promise<void> {
    await this.platform.query(
      `insert into password_reset (token_hash, identity_id, expires_at) values ($1, $2, now() + make_interval(mins => $3))
       on conflict (token_hash) do nothing`,
      [tokenHash, identityId, RESET_MINUTES],
    );
  }

  /** The person a reset link belongs to, if it still opens. */
  async findByReset(tokenHash: string): Promise<Identity | null> {
    const { rows } = await this.platform.query(
      `${IDENTITY} where id = (select identity_id from password_reset where token_hash = $1 and used_at is null and expires_at > now())`,
      [tokenHash],
    );
    return rows[0] ?? null;
  }

  /** Uses a reset link up. @returns false when somebody was faster */
  async useReset(tokenHash: string): Promise<boolean> {
    const { rowCount } = await this.platform.query(
      'update password_reset set used_at = now() where token_hash = $1 and used_at is null and expires_at > now()',
      [tokenHash],
    );
    return rowCount === 1;
  }
}
