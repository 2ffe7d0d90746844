import { createHmac } from 'node:crypto';
import {
  AccessDirectory,
  type CustomFieldDefinition,
  type FieldPermission,
  type Permission,
} from '@pellucid/platform/access';
import { newId } from '@pellucid/platform/records';
import type { TestDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { randomLetters, type TestApi, type TestCompany } from './api-process.js';

/** A role, as tests declare it. */
export interface TestRole {
  permissions?: Permission[];
  system?: string[];
  fields?: FieldPermission[];
}

/** A logged-in person of a company. */
export interface Colleague {
  memberId: string;
  name: string;
  token: string;
}

/** An access token as the product issues it, valid for an hour. */
export function signToken(secret: string, claims: Record<string, unknown>): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: now, exp: now + 3600, iss: 'pellucid', aud: 'pellucid-api', ...claims })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** The access token, valid for an hour: on a slow machine, a long test outlasts the usual quarter. */
export function lasting(api: TestApi, token: string): string {
  const {
    iat: _,
    exp: __,
    ...claims
  } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
  return signToken(api.config.JWT_SECRET, claims);
}

/**
 * Creates people, roles, teams and shares of a company directly, as the database's owner. Their IDs ascend as those of
 * the product do, because some lists are sorted by ID.
 */
export class TestPeople {
  private constructor(
    private readonly owner: pg.Client,
    private readonly api: TestApi,
    private readonly company: TestCompany,
  ) {}

  static async of(database: TestDatabase, api: TestApi, company: TestCompany): Promise<TestPeople> {
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    return new TestPeople(owner, api, company);
  }

  end(): Promise<void> {
    return this.owner.end();
  }

  /** Adds fields to an object of the company. */
  async customFields(
    object: string,
    fields: Record<string, [type: string, settings?: Partial<CustomFieldDefinition['settings']>]>,
  ): Promise<void> {
    for (const [slot, [name, [type, settings]]] of Object.entries(fields).entries())
      await this.owner.query(
        `insert into custom_field (tenant_id, id, object, name, label, type, slot, settings)
           values ($1, $2, $3, $4, $4, $5, $6, $7)`,
        [this.company.tenantId, newId(), object, name, type, slot, JSON.stringify(settings ?? {})],
      );
    await this.settle();
  }

  /** Creates a role. Returns its ID. */
  async role(role: TestRole): Promise<string> {
    const id = newId();
    await this.owner.query(
      `insert into role (tenant_id, id, name, name_norm, permissions, system, fields) values ($1, $2, $3, $3, $4, $5, $6)`,
      [
        this.company.tenantId,
        id,
        `role ${id}`,
        JSON.stringify(role.permissions ?? []),
        role.system ?? [],
        JSON.stringify(role.fields ?? []),
      ],
    );
    return id;
  }

  /** Creates a person with these roles and logs them in. */
  async colleague(
    roleIds: string[],
    given: { teamId?: string; legalEntityId?: string } = {},
  ): Promise<Colleague> {
    const { tenantId } = this.company;
    const [memberId, identityId] = [newId(), newId()];
    const name = `Colleague ${randomLetters()}`;
    const email = `${identityId}@example.com`;
    await this.owner.query(
      `insert into identity (id, email, email_norm, name, password_hash) values ($1, $2, $2, $3, 'none')`,
      [identityId, email, name],
    );
    await this.owner.query(
      `insert into member (tenant_id, id, display_name, display_norm, search_norm, created_at, created_by_kind, updated_at,
         updated_by_kind, identity_id, name, name_norm, email, email_norm, team_id, legal_entity_id)
       values ($1, $2, $3, lower($3), lower($3), now(), 'system', now(), 'system', $4, $3, lower($3), $5, $5, $6, $7)`,
      [tenantId, memberId, name, identityId, email, given.teamId ?? null, given.legalEntityId ?? null],
    );
    for (const roleId of roleIds)
      await this.owner.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
        tenantId,
        memberId,
        roleId,
      ]);
    const sessionId = newId();
    await this.owner.query(
      `insert into session (id, identity_id, tenant_id, member_id, expires_at) values ($1, $2, $3, $4, now() + interval '1 day')`,
      [sessionId, identityId, tenantId, memberId],
    );
    const token = signToken(this.api.config.JWT_SECRET, {
      sub: identityId,
      tid: tenantId,
      mid: memberId,
      sid: sessionId,
    });
    return { memberId, name, token };
  }

  /** Creates a team. Returns its ID. */
  async team(given: { parentId?: string; managerId?: string } = {}): Promise<string> {
    const id = newId();
    await this.owner.query(
      `insert into team (tenant_id, id, display_name, display_norm, search_norm, created_at, created_by_kind, updated_at,
         updated_by_kind, name, name_norm, parent_id, manager_id)
       values ($1, $2, $3, $3, $3, now(), 'system', now(), 'system', $3, $3, $4, $5)`,
      [this.company.tenantId, id, `team ${id}`, given.parentId ?? null, given.managerId ?? null],
    );
    return id;
  }

  /** Shares a record. */
  async share(
    object: string,
    recordId: string,
    grantee: { kind: 'member' | 'team'; id: string },
    access: 'read' | 'edit',
    until: Date | null = null,
  ): Promise<void> {
    await this.owner.query(
      `insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access, until)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [this.company.tenantId, newId(), object, recordId, grantee.kind, grantee.id, access, until],
    );
  }

  /** Runs any other SQL as the database's owner. */
  sql(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    return this.owner.query(text, values);
  }

  /** Makes the API see the new rows. Call it after all of them are written. */
  async settle(): Promise<void> {
    await this.bumpAccessVersion();
    this.api.app.get(AccessDirectory).forget(this.company.tenantId);
  }

  /** Makes workers and other replicas see the new rows too. */
  async settleEverywhere(): Promise<void> {
    await this.bumpAccessVersion();
    // They notice within a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
  }

  private async bumpAccessVersion(): Promise<void> {
    await this.owner.query('update tenant set access_version = access_version + 1 where id = $1', [
      this.company.tenantId,
    ]);
  }
}
