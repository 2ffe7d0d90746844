/**
 * `npm run audit:verify`: recomputes every audit seal and names each event that was altered, removed or inserted, and
 * each missing seal or anchor. Exits with 1 when it finds something.
 *
 *   npm run audit:verify                       all companies
 *   npm run audit:verify -- --tenant <id>      one company, by its ID or subdomain
 *
 * Environment: as for `npm start`. With DATABASE_URL also PELLUCID_MASTER_KEY, PELLUCID_MASTER_KEYS_PREVIOUS if there
 * are earlier keys, and PELLUCID_DATA_DIR (which holds the anchors).
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { endWith, LaunchError, say } from './runtime/progress.mjs';

/** Findings printed per company; the rest is counted. */
const SHOWN = 1_000;

try {
  await ensureInstalled();
  if (!handOverToPinnedNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
    process.exitCode = await main();
} catch (error) {
  endWith(error);
}

async function main() {
  const { tenant } = options();
  const { ensureBuilt } = await import('./runtime/build.mjs');
  const { openInstanceDatabase } = await import('./runtime/instance-database.mjs');
  const { default: pg } = await import('pg');
  await ensureBuilt({ web: false });
  const instance = await openInstanceDatabase();
  const client = new pg.Client({ connectionString: instance.url });
  try {
    await client.connect();
    return await verify(client, instance, tenant);
  } finally {
    await client.end().catch(() => {});
    await instance.close();
  }
}

/** @returns {{tenant?: string}} */
function options() {
  try {
    return parseArgs({ options: { tenant: { type: 'string' } } }).values;
  } catch (error) {
    throw new LaunchError(
      `${error.message}\nUsage: npm run audit:verify [-- --tenant <id or subdomain>]`,
      64,
    );
  }
}

/** @returns {Promise<number>} the exit code */
async function verify(client, { masterKeys, dataDir }, tenant) {
  const sealing = '../packages/modules/dist/audit/sealing';
  const [{ anchorsOf }, { KeptSealKeys }, { SealedLog }, { SealVerification, sentenceOf }] =
    await Promise.all(
      ['anchors-of', 'kept-seal-keys', 'sealed-log.repository', 'verification'].map(
        (name) => import(`${sealing}/${name}.js`),
      ),
    );
  const { MasterKeys } = await import('../packages/platform/dist/crypto/index.js');
  const verification = new SealVerification(
    new SealedLog(client),
    await anchorsOf({ ...process.env, PELLUCID_DATA_DIR: dataDir }),
    await new KeptSealKeys(client, new MasterKeys(masterKeys)).read(),
  );
  const total = { tenants: 0, seals: 0, events: 0, unsealed: 0, findings: 0 };
  for await (const report of verification.check(tenant && (await tenantId(client, tenant)))) {
    total.tenants += 1;
    for (const key of ['seals', 'events', 'unsealed']) total[key] += report[key];
    total.findings += report.findings.length;
    const until = report.sealedAt ? `sealed on ${report.sealedAt}` : 'not sealed yet';
    const mark = report.findings.length ? '✗' : '✓';
    say(
      `${mark} ${report.name} (${report.tenantId}): ${report.events} events under ${report.seals} seals, ${until}; ${report.unsealed} not sealed yet`,
    );
    for (const finding of report.findings.slice(0, SHOWN)) say(`    ${sentenceOf(finding)}`);
    if (report.findings.length > SHOWN) say(`    … and ${report.findings.length - SHOWN} more`);
  }
  say(
    `${total.tenants} companies, ${total.seals} seals, ${total.events} events checked, ${total.unsealed} not sealed yet: ` +
      (total.findings === 0 ? 'nothing was altered or removed.' : `${total.findings} findings.`),
  );
  return total.findings === 0 ? 0 : 1;
}

/** The ID of a company given by ID or subdomain. An ID missing in the database may still have anchors. */
async function tenantId(client, given) {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) return given.toLowerCase();
  const { rows } = await client.query('select id from tenant where subdomain = $1', [given]);
  if (!rows[0]) throw new LaunchError(`No company has the ID or subdomain "${given}".`);
  return rows[0].id;
}
