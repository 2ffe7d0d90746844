import { type Maker, makerOf } from '@pellucid/platform/records';
import { Inject, Injectable } from '@nestjs/common';
import { sql, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';

/** Whether a key can be used. */
export type ApiKeyState = 'active' | 'expired' | 'revoked';

/** A key as people see it, without its secret. Times are ISO 8601 in UTC. */
export interface ApiKeyView {
  id: string;
  name: string;
  roleId: string;
  /** Null if the role was deleted; the key then has no rights. */
  roleName: string | null;
  state: ApiKeyState;
  expiresAt: string | null;
  revokedAt: string | null;
  /** Until when the secret from before the last rotation works; null when it does not. */
  previousUntil: string | null;
  allowedAddresses: string[];
  ratePerMinute: number | null;
  lastUsedAt: string | null;
  createdAt: string;
  createdBy: Maker | null;
  updatedAt: string;
  version: number;
}

/** The values that people set on a key. */
export interface ApiKeyValues {
  name: string;
  roleId: string;
  expiresAt: string | null;
  allowedAddresses: string[];
  ratePerMinute: number | null;
}

/** What is needed to check a secret. Times are milliseconds since 1970. */
export interface StoredSecret {
  secretHash: string;
  previousHash: string | null;
  previousUntil: number | null;
}

/** Requests and failures of a key on a day (UTC). */
export interface UsageOfDay {
  day: string;
  requests: number;
  failures: number;
}

/** Use of one key that has not been saved yet. */
export interface UsageDelta extends UsageOfDay {
  apiKeyId: string;
  lastUsedAt: string;
}

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const STATE = `case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' else 'active' end`;
const SELECT = `select k.id, k.name, k.role_id as "roleId", r.name as "roleName", ${STATE} as state,
    ${iso('k.expires_at')} as "expiresAt", ${iso('k.revoked_at')} as "revokedAt",
    case when k.previous_until > now() and k.revoked_at is null then ${iso('k.previous_until')} end as "previousUntil",
    k.allowed_addresses as "allowedAddresses", k.rate_per_minute as "ratePerMinute",
    (select ${iso('u.last_used_at')} from api_key_usage u
      where u.tenant_id = k.tenant_id and u.api_key_id = k.id order by u.day desc limit 1) as "lastUsedAt",
    ${iso('k.created_at')} as "createdAt", ${iso('k.updated_at')} as "updatedAt", k.version,
    ${makerOf('k')} as "createdBy"
  from api_key k
  left join role r on r.tenant_id = k.tenant_id and r.id = k.role_id`;

/** The tables `api_key` and `api_key_usage`. */
@Injectable()
export class ApiKeysRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns one key; undefined when it does not exist. */
  async find(id: string): Promise<ApiKeyView | undefined> {
    const { rows } = await this.pool.query({ text: `${SELECT} where k.id = $1`, values: [id] });
    return rows[0];
  }

  /** Returns keys, newest first. @param after id of the last one on the previous page */
  async page(limit: number, state?: ApiKeyState, after?: string): Promise<ApiKeyView[]> {
    const { rows } = await this.pool.query({
      text: `${SELECT} where ($2::text is null or ${STATE} = $2) and ($3::uuid is null or k.id < $3) order by k.id desc limit $1`,
      values: [limit, state ?? null, after ?? null],
    });
    return rows;
  }

  /** Whether the role exists. Call it while other changes of rights are locked out. */
  async hasRole(uow: UnitOfWork, roleId: string): Promise<boolean> {
    return (await uow.run(sql`select 1 from role where id = ${roleId}`)).length > 0;
  }

  /** Returns one key and locks it until the unit of work ends. */
  async lock(uow: UnitOfWork, id: string): Promise<ApiKeyView | undefined> {
    const [row] = await uow.run<ApiKeyView>({
      text: `${SELECT} where k.id = $1 for update of k`,
      values: [id],
    });
    return row;
  }

  insert(
    tenantId: string,
    id: string,
    values: ApiKeyValues,
    secretHash: string,
    createdById: string | null,
  ): Statement {
    return {
      text: `insert into api_key (tenant_id, id, name, role_id, secret_hash, expires_at, allowed_addresses, rate_per_minute, created_by_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [
        tenantId,
        id,
        values.name,
        values.roleId,
        secretHash,
        values.expiresAt,
        values.allowedAddresses,
        values.ratePerMinute,
        createdById,
      ],
    };
  }

  change(id: string, values: ApiKeyValues): Statement {
    return {
      text: `update api_key set name = $2, role_id = $3, expires_at = $4, allowed_addresses = $5, rate_per_minute = $6,
               version = version + 1, updated_at = now() where id = $1`,
      values: [
        id,
        values.name,
        values.roleId,
        values.expiresAt,
        values.allowedAddresses,
        values.ratePerMinute,
      ],
    };
  }

  /** Replaces the current secret, which keeps working for the overlap. */
  replaceSecret(id: string, secretHash: string, overlapMinutes: number, expiresAt: string | null): Statement {
    return {
      text: `update api_key set secret_hash = $2, expires_at = $4, version = version + 1, updated_at = now(),
               previous_hash = case when $3::int > 0 then secret_hash end,
               previous_until = case when $3::int > 0 then now() + $3::int * interval '1 minute' end
             where id = $1`,
      values: [id, secretHash, overlapMinutes, expiresAt],
    };
  }

  revoke(id: string): Statement {
    return {
      text: `update api_key set revoked_at = now(), version = version + 1, updated_at = now() where id = $1`,
      values: [id],
    };
  }

  /** Returns the secrets of a revoked key; undefined for any other. */
  async revokedSecret(id: string): Promise<StoredSecret | undefined> {
    const { rows } = await this.pool.query({
      text: `select secret_hash as "secretHash", previous_hash as "previousHash",
               (extract(epoch from previous_until) * 1000)::float8 as "previousUntil"
             from api_key where id = $1 and revoked_at is not null`,
      values: [id],
    });
    return rows[0];
  }

  /** Returns those of the last `days` days on which the key was used, oldest first. */
  async usage(id: string, days: number): Promise<UsageOfDay[]> {
    const { rows } = await this.pool.query({
      text: `select to_char(day, 'YYYY-MM-DD') as day, requests, failures from api_key_usage
              where api_key_id = $1 and day > (now() at time zone 'UTC')::date - $2::int order by day`,
      values: [id, days],
    });
    return rows;
  }

  /** Adds to the stored usage of the keys. Rows are updated in a fixed order, so that replicas do not deadlock. */
  async addUsage(uow: UnitOfWork, deltas: UsageDelta[]): Promise<void> {
    await uow.run(sql`
      insert into api_key_usage as u (tenant_id, api_key_id, day, requests, failures, last_used_at)
      select ${uow.tenantId}, d."apiKeyId", d.day, d.requests, d.failures, d."lastUsedAt"
        from jsonb_to_recordset(${JSON.stringify(deltas)}::jsonb)
          as d("apiKeyId" uuid, day date, requests int, failures int, "lastUsedAt" timestamptz)
       order by d."apiKeyId", d.day
      on conflict (tenant_id, api_key_id, day) do update
         set requests = u.requests + excluded.requests, failures = u.failures + excluded.failures,
             last_used_at = greatest(u.last_used_at, excluded.last_used_at)`);
  }

  /** Statements that take the key's lock for logging a refusal, and say whether one was logged since. */
  recentRefusal(tenantId: string, id: string, since: Date): Statement[] {
    return [
      {
        text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked',
        values: [`apiKeyRefused:${tenantId}:${id}`],
      },
      {
        text: `select 1 from record_event
                where tenant_id = $1 and object = 'security.apiKey' and record_id = $2 and verb = 'apiKeyRefused' and at > $3 limit 1`,
        values: [tenantId, id, since.toISOString()],
      },
    ];
  }
}
