import { ConfigError } from '../config/index.js';
import { PlatformPool } from './platform-pool.js';

/**
 * Refuses to start if the application's own database role could bypass row security.
 * @throws ConfigError naming the role and the privilege that it must not have
 */
export async function assertRoleIsBound(url: string, expected: 'app' | 'platform'): Promise<void> {
  const pool = new PlatformPool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 });
  try {
    const { rows } = await pool.query(`
      select current_user as role, r.rolsuper, r.rolbypassrls,
             (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relowner = r.oid and n.nspname = 'public' and c.relkind in ('r','p')) as owned,
             coalesce((select pg_has_role(current_user, o.oid, 'member') from pg_roles o where o.rolname = 'pellucid_platform'), false)
               as is_platform,
             coalesce((select pg_has_role(current_user, o.oid, 'member') from pg_roles o where o.rolname = 'pellucid_owner'), false)
               as is_owner
        from pg_roles r where r.rolname = current_user`);
    const row = rows[0];
    const wrong = [
      row.rolsuper && 'is a superuser',
      row.rolbypassrls && 'has BYPASSRLS',
      row.owned > 0 && 'owns tables',
      row.is_owner && 'is a member of pellucid_owner',
      expected === 'app' && row.is_platform && 'is a member of pellucid_platform',
    ].filter(Boolean);
    if (wrong.length)
      throw new ConfigError(
        `the database role "${row.role}" ${wrong.join(' and ')}, so row security would not bind it: ` +
          `log in as a plain role (DATABASE_URL_${expected.toUpperCase()})`,
      );
  } finally {
    await pool.end();
  }
}
