import { Inject, Injectable } from '@nestjs/common';
import { type BuiltInRole } from '@pellucid/platform/access';
import { sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { newId, textFormOf } from '@pellucid/platform/records';
import type { NewTenant } from '@pellucid/platform/tenancy';
import { normalizeText } from '@pellucid/conditions';
import type { SettingsRow } from './tenant-settings.schema.js';

const SETTINGS = `select t.name, t.subdomain, t.status, s.zone, s.locale, s.base_currency as "baseCurrency",
    s.week_start as "weekStart", s.fiscal_year_start_month as "fiscalYearStartMonth",
    s.inactive_after_days as "inactiveAfterDays", s.goal_leaderboard as "goalLeaderboard", s.feature_flags as "featureFlags",
    s.quotas, s.require_second_factor as "requireSecondFactor", s.version, to_char(s.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"
  from tenant t join tenant_setting s on s.tenant_id = t.id`;

/** The tenant's own tables; each method runs as the tenant of the context or of the unit of work. */
@Injectable()
export class TenantsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the current settings. */
  async settings(): Promise<SettingsRow> {
    return (await this.pool.query(SETTINGS)).rows[0];
  }

  /** Returns the settings and locks them until the transaction ends. */
  async settingsForUpdate(uow: UnitOfWork): Promise<SettingsRow> {
    const [row] = await uow.run<SettingsRow>({ text: `${SETTINGS} for update of s, t` });
    return row!;
  }

  /** Saves the settings as a new version. */
  async saveSettings(uow: UnitOfWork, next: SettingsRow): Promise<void> {
    await uow.together([
      sql`update tenant set name = ${next.name}, updated_at = now()`,
      sql`update tenant_setting set zone = ${next.zone}, locale = ${next.locale}, base_currency = ${next.baseCurrency},
            week_start = ${next.weekStart}, fiscal_year_start_month = ${next.fiscalYearStartMonth},
            inactive_after_days = ${next.inactiveAfterDays}, goal_leaderboard = ${next.goalLeaderboard},
            feature_flags = ${JSON.stringify(next.featureFlags)}::jsonb,
            require_second_factor = ${next.requireSecondFactor}, version = version + 1, updated_at = now()`,
    ]);
  }

  /** Inserts the tenant's own rows. @returns false when the subdomain is taken */
  async insertTenant(uow: UnitOfWork, tenant: NewTenant): Promise<boolean> {
    const [made] = await uow.run(sql`insert into tenant (id, name, subdomain)
      values (${tenant.id}, ${tenant.companyName}, ${tenant.subdomain}) on conflict (subdomain) do nothing returning id`);
    if (!made) return false;
    await uow.together([
      sql`insert into tenant_setting (tenant_id, zone, locale, base_currency, text_form)
          values (${tenant.id}, ${tenant.zone}, ${tenant.locale}, ${tenant.baseCurrency}, ${textFormOf(tenant.locale)})`,
      sql`insert into feed_head (tenant_id) values (${tenant.id})`,
    ]);
    return true;
  }

  /** Inserts the built-in roles, with no difference from the product's definition. @returns their ids by key */
  async insertRoles(uow: UnitOfWork, roles: BuiltInRole[]): Promise<Map<string, string>> {
    const ids = new Map(roles.map((role) => [role.key as string, newId()]));
    await uow.together(
      roles.map(
        (role) => sql`insert into role (tenant_id, id, key, name, name_norm, description, built_in)
          values (${uow.tenantId}, ${ids.get(role.key)!}, ${role.key}, ${role.name}, ${normalizeText(role.name)},
                  ${role.description}, true)`,
      ),
    );
    return ids;
  }
}
