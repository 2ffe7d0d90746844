import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, BuiltInRoles, type TenantSnapshot } from '@pellucid/platform/access';
import { currentContext, newContext, runInContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import { newId, RecordService } from '@pellucid/platform/records';
import { type NewTenant, ProvisioningRegistry } from '@pellucid/platform/tenancy';
import { TenantsRepository } from './tenants.repository.js';

/** The data of a new company; the rest has defaults. */
export interface TenantWish {
  companyName: string;
  subdomain: string;
  zone?: string;
  locale?: string;
  baseCurrency?: string;
}

/** A tenant with its roles and its legal entity, inside the transaction that creates it. */
export interface ProvisionedTenant extends NewTenant {
  /** Ids of the built-in roles by key. */
  roleIds: Map<string, string>;
  legalEntityId: string;
}

/** Creates the first member, inside the transaction that creates the tenant. */
export type FirstMember<T> = (uow: UnitOfWork, tenant: ProvisionedTenant) => Promise<T>;

/**
 * Creates tenants: everything that a company needs at the start is created in one transaction, or the company is not
 * created.
 */
@Injectable()
export class TenantProvisioner {
  constructor(
    @Inject(TenantsRepository) private readonly tenants: TenantsRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(ProvisioningRegistry) private readonly registry: ProvisioningRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(BuiltInRoles) private readonly builtIn: BuiltInRoles,
  ) {}

  /**
   * Creates a tenant with settings, built-in roles, first legal entity, first member and what modules have registered.
   * @param firstMember runs after the legal entity is created and before the modules' steps
   * @throws ProblemError 409 `subdomainTaken`
   */
  async provision<T>(
    wish: TenantWish,
    firstMember: FirstMember<T>,
  ): Promise<{ tenant: NewTenant; member: T }> {
    const tenant: NewTenant = {
      id: newId(),
      companyName: wish.companyName,
      subdomain: wish.subdomain,
      zone: wish.zone ?? 'UTC',
      locale: wish.locale ?? 'en',
      baseCurrency: wish.baseCurrency ?? 'USD',
    };
    const context = newContext({
      correlationId: currentContext().correlationId,
      tenantId: tenant.id,
      cause: { kind: 'seed', id: null },
      // A company's initial records are named in the language of the person who registers it.
      language: currentContext().language,
    });
    const run = () => this.work.run((uow) => this.fill(uow, tenant, firstMember), [], { newTenant: true });
    const member = await runInContext(context, () => this.access.whileUnborn(snapshotOf(tenant), run));
    return { tenant, member };
  }

  private async fill<T>(uow: UnitOfWork, tenant: NewTenant, firstMember: FirstMember<T>): Promise<T> {
    if (!(await this.tenants.insertTenant(uow, tenant)))
      throw conflict('subdomainTaken', `The subdomain "${tenant.subdomain}" is taken. Choose another.`, {
        errors: [
          {
            pointer: '/subdomain',
            code: 'subdomainTaken',
            message: 'This subdomain is taken. Choose another.',
          },
        ],
      });
    const roleIds = await this.tenants.insertRoles(uow, this.builtIn.all());
    const [entity] = await this.records.create('legalEntity', [{ name: tenant.companyName }], {
      uow,
      asks: 'product',
      atomic: true,
    });
    const member = await firstMember(uow, { ...tenant, roleIds, legalEntityId: entity!.id! });
    for (const step of this.registry.steps()) await step.run(uow, tenant);
    return member;
  }
}

/** Returns the snapshot of a tenant that has no members yet. */
function snapshotOf(tenant: NewTenant): TenantSnapshot {
  return {
    tenantId: tenant.id,
    version: '0',
    name: tenant.companyName,
    subdomain: tenant.subdomain,
    status: 'active',
    settings: {
      zone: tenant.zone,
      locale: tenant.locale,
      baseCurrency: tenant.baseCurrency,
      weekStart: 1,
      fiscalYearStartMonth: 1,
      inactiveAfterDays: 14,
      goalLeaderboard: true,
      featureFlags: {},
      quotas: {},
      requireSecondFactor: false,
    },
    roles: new Map(),
    members: new Map(),
    teams: new Map(),
    teamMembers: new Map(),
    apiKeys: new Map(),
    masking: new Map(),
    entityCurrencies: new Map(),
    revokedSessions: new Set(),
    definitions: new Map(),
    duplicateRules: [],
    assignment: { rules: [], territories: [] },
  };
}
