import { getHeapStatistics } from 'node:v8';
import { Injectable, Inject, Optional } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import { currentContext, isUnattended, requireTenant } from '../context/index.js';
import { openUnit } from '../db/held-client.js';
import { TenantPool } from '../db/tenant-pool.js';
import type { UnitOfWork } from '../db/unit-of-work.js';
import { unauthorized, forbidden } from '../errors/index.js';
import type { RoleDefinition, Subject, TenantSnapshot } from './access.types.js';
import { BuiltInRoles, customObjectRights } from './built-in-roles.js';
import { hasSystem, permits } from './permissions.js';
import { effectiveRights } from './role-differences.js';
import { DEFINITION_QUERIES, DefinitionsCache } from './tenant-definitions.js';
import { ASSIGNMENT_QUERIES } from './assignment-rules.js';
import { DUPLICATE_RULES_QUERY } from './duplicate-rules.js';
import { objectsOfTenant } from './tenant-objects.js';

/**
 * Maximum age of a snapshot before its version is compared with the database: a revoked right lives at most this long.
 */
const MAX_AGE_MS = 800;

/** Bytes of memory for one tenant whose rights are kept, with the plans and decisions that hang on them. */
const BYTES_PER_TENANT = 2 ** 20;

/**
 * Maximum number of tenants whose rights are kept: as many as the process has room for, at most 2,000. Another tenant's
 * are one round trip to load again.
 */
const maxTenantsHere = () =>
  Math.min(2_000, Math.ceil(getHeapStatistics().heap_size_limit / 2 / BYTES_PER_TENANT));

/** DI token that replaces {@link maxTenantsHere}. */
export const TENANT_CACHE_SIZE = Symbol('TenantCacheSize');

const NOBODY = { memberId: null, teamId: null, legalEntityIds: [] };

/** The product itself: acts for no member and has no limits. */
/** The product itself, which may do everything. */
export const SYSTEM: Subject = { ...NOBODY, kind: 'system', id: null, name: 'Pellucid', roles: [] };

interface Cached {
  snapshot: TenantSnapshot;
  checkedAt: number;
}

/**
 * Caches the rights of every tenant by access version. Each statement that sets the tenant also returns the version, so
 * most stale snapshots are noticed at no cost. If no query has run for a second, the version is queried.
 */
@Injectable()
export class AccessDirectory {
  private readonly cache: LruMap<string, Cached>;
  private readonly definitions: DefinitionsCache;
  private readonly loading = new Map<string, Promise<TenantSnapshot>>();
  /** Snapshots of tenants that are being created. Their rows are not committed yet, so they cannot be loaded. */
  private readonly unborn = new Map<string, TenantSnapshot>();
  /** Snapshots that were loaded inside a unit of work. They may contain what is not committed, so nobody else gets them. */
  private readonly ofUnits = new WeakMap<UnitOfWork, Promise<TenantSnapshot>>();

  private readonly subjects = new WeakMap<TenantSnapshot, Map<string, Subject>>();

  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(BuiltInRoles) private readonly builtIn: BuiltInRoles,
    @Optional() @Inject(TENANT_CACHE_SIZE) maxTenants = maxTenantsHere(),
  ) {
    this.cache = new LruMap(maxTenants);
    this.definitions = new DefinitionsCache(maxTenants);
  }

  /**
   * Returns the snapshot of the context's tenant, at most one second behind the database. Inside a unit of work it is at
   * most as old as the unit, whose first statement returned the version.
   */
  async current(): Promise<TenantSnapshot> {
    const tenantId = requireTenant();
    const cached = this.cache.get(tenantId);
    if (this.unborn.size) {
      const unborn = this.unborn.get(tenantId);
      if (unborn) return unborn;
    }
    const open = openUnit();
    if (open) return this.currentIn(open.unit, cached?.snapshot);
    if (cached) {
      if (Date.now() - cached.checkedAt < MAX_AGE_MS) return cached.snapshot;
      await this.pool.read([]);
      const observed = currentContext().observedAccessVersion;
      if (observed === cached.snapshot.version) {
        cached.checkedAt = Date.now();
        return cached.snapshot;
      }
      this.cache.delete(tenantId);
    }
    return this.load(tenantId);
  }

  /**
   * Compares the version that a query of this context returned with the cached one; drops the cache when it is older.
   */
  noteObserved(): void {
    const context = currentContext();
    const cached = context.tenantId ? this.cache.get(context.tenantId) : undefined;
    if (!cached || context.observedAccessVersion === null) return;
    if (cached.snapshot.version === context.observedAccessVersion) cached.checkedAt = Date.now();
    else this.cache.delete(context.tenantId!);
  }

  /**
   * Uses the given snapshot for a tenant that is being created while the function runs, because the engines need one
   * inside its transaction.
   */
  async whileUnborn<T>(snapshot: TenantSnapshot, fn: () => Promise<T>): Promise<T> {
    this.unborn.set(snapshot.tenantId, snapshot);
    try {
      return await fn();
    } finally {
      this.unborn.delete(snapshot.tenantId);
    }
  }

  /**
   * Drops a tenant's snapshot, so that the next call reloads it. Call it after a commit that bumped the version. A load
   * that is running may have begun before the commit: nobody joins it any more, and it isn't kept.
   */
  forget(tenantId: string): void {
    this.cache.delete(tenantId);
    this.loading.delete(tenantId);
  }

  /** Whether the context's actor has the permission in any scope other than `none`. */
  may(snapshot: TenantSnapshot, wanted: { object: string; action: string } | { system: string }): boolean {
    const subject = this.subject(snapshot);
    if (subject.kind === 'system') return true;
    return 'system' in wanted
      ? hasSystem(subject, wanted.system)
      : permits(subject, wanted.object, wanted.action);
  }

  /** Returns the roles that the context acts with. @throws ProblemError 401/403 as {@link subject} */
  rolesOf(snapshot: TenantSnapshot): RoleDefinition[] {
    return this.subject(snapshot).roles;
  }

  /**
   * Returns who the context acts as: the product itself, an API key, the role that an administrator views as, or the
   * member.
   * There is one object per snapshot and actor, so callers can cache derived values with it.
   * @throws ProblemError 401/403 when the actor may not (or no longer) act
   */
  subject(snapshot: TenantSnapshot): Subject {
    const context = currentContext();
    const unattended = isUnattended(context);
    // The product itself also works for companies that are suspended.
    if (unattended && context.actor.kind === 'system') return SYSTEM;
    if (snapshot.status !== 'active')
      throw forbidden(
        'tenantSuspended',
        'This company is suspended. Ask an administrator or the operator of this installation.',
      );
    if (unattended) return SYSTEM;
    if (context.actor.kind === 'apiKey' && context.memberId === null)
      return this.key(snapshot, context.actor.id);
    if (context.sessionId && snapshot.revokedSessions.has(context.sessionId))
      throw unauthorized('sessionEnded', 'This session has ended. Log in again.');
    const member = context.memberId ? snapshot.members.get(context.memberId) : undefined;
    if (member?.status !== 'active')
      throw unauthorized('notAMember', "You aren't an active member of this company.");
    if (context.viewAs) return this.roleSubject(snapshot, context.viewAs);
    return this.memberSubject(snapshot, member.id)!;
  }

  /** Returns a member with a log-in as a subject; undefined for any other id. */
  memberSubject(snapshot: TenantSnapshot, memberId: string): Subject | undefined {
    const member = snapshot.members.get(memberId);
    if (!member) return undefined;
    return this.remember(snapshot, `member/${memberId}`, () => ({
      kind: 'member',
      id: memberId,
      name: member.name,
      memberId,
      teamId: member.teamId,
      legalEntityIds: member.legalEntityIds,
      roles: member.roleIds.flatMap((id) => snapshot.roles.get(id) ?? []),
    }));
  }

  /** Returns an API key as a subject, whatever its state; undefined for an unknown id. */
  keySubject(snapshot: TenantSnapshot, keyId: string): Subject | undefined {
    const key = snapshot.apiKeys.get(keyId);
    if (!key) return undefined;
    return this.remember(snapshot, `apiKey/${keyId}`, () => {
      const role = snapshot.roles.get(key.roleId);
      return { ...NOBODY, kind: 'apiKey', id: keyId, name: key.name, roles: role ? [role] : [] };
    });
  }

  /** The context's member with this role as their only one. */
  private roleSubject(snapshot: TenantSnapshot, roleId: string): Subject {
    const role = snapshot.roles.get(roleId);
    if (!role)
      throw forbidden('unknownRole', "This role doesn't exist. Choose one from GET /roles to view as.");
    const memberId = currentContext().memberId;
    const member = memberId ? snapshot.members.get(memberId) : undefined;
    return this.remember(snapshot, `role/${roleId}/${memberId}`, () => ({
      kind: 'role',
      id: roleId,
      name: role.name,
      memberId,
      teamId: member?.teamId ?? null,
      legalEntityIds: member?.legalEntityIds ?? [],
      roles: [role],
    }));
  }

  private key(snapshot: TenantSnapshot, keyId: string | null): Subject {
    const key = keyId ? snapshot.apiKeys.get(keyId) : undefined;
    if (!key || key.revokedAt !== null)
      throw unauthorized('keyRevoked', "This API key doesn't exist or was revoked. Create a new one.");
    if (key.expiresAt !== null && key.expiresAt <= Date.now())
      throw unauthorized('keyExpired', 'This API key has expired. Rotate it or create a new one.');
    return this.keySubject(snapshot, key.id)!;
  }

  private remember(snapshot: TenantSnapshot, name: string, make: () => Subject): Subject {
    let known = this.subjects.get(snapshot);
    if (!known) {
      known = new Map();
      this.subjects.set(snapshot, known);
    }
    let subject = known.get(name);
    if (!subject) {
      subject = make();
      known.set(name, subject);
    }
    return subject;
  }

  /**
   * Waits for nobody: a unit of work holds a client, and whoever loads a snapshot outside of one may be waiting for it.
   */
  private async currentIn(unit: UnitOfWork, cached: TenantSnapshot | undefined): Promise<TenantSnapshot> {
    if (cached && BigInt(cached.version) >= BigInt(unit.accessVersion ?? 0)) return cached;
    let loaded = this.ofUnits.get(unit);
    if (!loaded) {
      loaded = this.query(unit.tenantId);
      this.ofUnits.set(unit, loaded);
    }
    return loaded;
  }

  private load(tenantId: string): Promise<TenantSnapshot> {
    const running = this.loading.get(tenantId);
    if (running) return running;
    const isCurrent = () => this.loading.get(tenantId) === promise;
    const promise: Promise<TenantSnapshot> = this.query(tenantId)
      .then((snapshot) => {
        if (isCurrent()) this.cache.set(tenantId, { snapshot, checkedAt: Date.now() });
        return snapshot;
      })
      .finally(() => {
        if (isCurrent()) this.loading.delete(tenantId);
      });
    this.loading.set(tenantId, promise);
    return promise;
  }

  private async query(tenantId: string): Promise<TenantSnapshot> {
    const [
      tenant,
      roles,
      members,
      sessions,
      teams,
      teamMembers,
      keys,
      masking,
      entities,
      duplicateRules,
      assignmentRules,
      territories,
      ...definitions
    ] = await this.pool.read([
      {
        text: `select t.name, t.subdomain, t.status, t.access_version, s.zone, s.locale, s.base_currency, s.week_start,
                      s.fiscal_year_start_month, s.inactive_after_days, s.goal_leaderboard, s.feature_flags, s.quotas, s.require_second_factor,
                      c.from_currency, c.to_currency
                 from tenant t join tenant_setting s on s.tenant_id = t.id
                 left join base_currency_change c on c.tenant_id = t.id and c.state = 'running' where t.id = $1`,
        values: [tenantId],
      },
      {
        text: 'select id, key, name, built_in as "builtIn", permissions, system, fields, removed from role order by id',
      },
      {
        text: `select m.id, m.identity_id, m.name, m.email, m.status, m.team_id,
                      array(select r.role_id::text from member_role r where r.tenant_id = m.tenant_id and r.member_id = m.id order by r.role_id) as role_ids,
                      array(select e.legal_entity_id::text from member_entity e where e.tenant_id = m.tenant_id and e.member_id = m.id) as entity_ids,
                      m.legal_entity_id
                 from member m where m.deleted_at is null and m.identity_id is not null order by m.id`,
      },
      { text: 'select session_id from tenant_revoked_sessions()' },
      { text: 'select id, name, parent_id, manager_id from team where deleted_at is null' },
      {
        text: `select team_id, array_agg(id::text order by id) as ids from member
                where deleted_at is null and team_id is not null group by team_id`,
      },
      {
        text: `select id, name, role_id, secret_hash, previous_hash, previous_until, expires_at, revoked_at, allowed_addresses,
                      rate_per_minute from api_key where revoked_at is null`,
      },
      { text: 'select object, field, strategy, pii from masking_rule' },
      { text: 'select id, currency from legal_entity where currency is not null and deleted_at is null' },
      DUPLICATE_RULES_QUERY,
      ...ASSIGNMENT_QUERIES,
      ...DEFINITION_QUERIES,
    ]);
    const row = tenant!.rows[0];
    if (!row) throw unauthorized('unknownTenant', 'This company no longer exists.');
    const defined = this.definitions.of(
      tenantId,
      definitions.map(({ rows }) => rows),
    );
    const ownObjects = customObjectRights(objectsOfTenant({ definitions: defined }));
    const snapshot: TenantSnapshot = {
      tenantId,
      version: String(row.access_version),
      recalculating: row.from_currency ? { from: row.from_currency, to: row.to_currency } : undefined,
      name: row.name,
      subdomain: row.subdomain,
      status: row.status,
      settings: {
        zone: row.zone,
        locale: row.locale,
        baseCurrency: row.base_currency,
        weekStart: row.week_start,
        fiscalYearStartMonth: row.fiscal_year_start_month,
        inactiveAfterDays: row.inactive_after_days,
        goalLeaderboard: row.goal_leaderboard,
        featureFlags: row.feature_flags,
        quotas: row.quotas,
        requireSecondFactor: row.require_second_factor,
      },
      roles: new Map(
        roles!.rows.map((row) => [
          row.id,
          {
            id: row.id,
            key: row.key,
            name: row.name,
            ...effectiveRights(row, this.builtIn.of(row, ownObjects)),
          },
        ]),
      ),
      members: new Map(
        members!.rows.map((m) => [
          m.id,
          {
            id: m.id,
            identityId: m.identity_id,
            name: m.name,
            email: m.email,
            status: m.status,
            teamId: m.team_id,
            roleIds: m.role_ids,
            legalEntityIds: [
              ...new Set<string>([...(m.legal_entity_id ? [m.legal_entity_id] : []), ...m.entity_ids]),
            ],
          },
        ]),
      ),
      teams: new Map(
        teams!.rows.map((t) => [
          t.id,
          { id: t.id, name: t.name, parentId: t.parent_id, managerId: t.manager_id },
        ]),
      ),
      entityCurrencies: new Map(entities!.rows.map(({ id, currency }) => [id, currency])),
      teamMembers: new Map(teamMembers!.rows.map((t) => [t.team_id, t.ids])),
      apiKeys: new Map(
        keys!.rows.map((k) => [
          k.id,
          {
            id: k.id,
            name: k.name,
            roleId: k.role_id,
            secretHash: k.secret_hash,
            previousHash: k.previous_hash,
            previousUntil: millis(k.previous_until),
            expiresAt: millis(k.expires_at),
            revokedAt: millis(k.revoked_at),
            allowedAddresses: k.allowed_addresses,
            ratePerMinute: k.rate_per_minute,
          },
        ]),
      ),
      masking: new Map(masking!.rows.map((m) => [`${m.object}.${m.field}`, m])),
      revokedSessions: new Set(sessions!.rows.map((s) => s.session_id)),
      definitions: defined,
      duplicateRules: duplicateRules!.rows,
      assignment: { rules: assignmentRules!.rows, territories: territories!.rows },
    };
    return snapshot;
  }
}

/** Converts a timestamptz as the driver returns it to milliseconds since 1970. */
function millis(at: string | Date | null): number | null {
  return at === null ? null : new Date(at).getTime();
}
