/**
 * `npm run keys:check`: decrypts every encrypted value of all companies with the configured keys (PELLUCID_FIELD_KEYS),
 * counts the values under each key, and names each row that no key decrypts. Then unwraps everything wrapped by the
 * master key, counts each kind under each key, and says which earlier keys may be dropped. Exits with 1 if something
 * can't be decrypted. Never shows values.
 *
 * Environment: as for `npm start`. With DATABASE_URL also PELLUCID_FIELD_KEYS, PELLUCID_MASTER_KEY and
 * PELLUCID_MASTER_KEYS_PREVIOUS.
 */
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { endWith, say } from './runtime/progress.mjs';

/** Rows named per field. Further rows are only counted. */
const SHOWN = 1_000;

const REASONS = {
  missing: "its key isn't configured",
  broken: "the key of this name doesn't decrypt it: it's another key, or the value was altered or moved",
};

try {
  await ensureInstalled();
  if (!handOverToPinnedNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
    process.exitCode = await main();
} catch (error) {
  endWith(error);
}

async function main() {
  const { withKeys } = await import('./runtime/field-keys.mjs');
  return withKeys(async (instance) => {
    const lostValues = await checkFieldKeys(instance);
    const lostKeys = await checkMasterKeys(instance);
    return lostValues + lostKeys === 0 ? 0 : 1;
  });
}

/** @returns {Promise<number>} how many values do not open */
async function checkFieldKeys({ store, ring, modules }) {
  const { KeyCheck, recordDescriptors } = modules;
  say(
    `Keys of encrypted fields: ${ring.keyIds.join(', ') || 'none'}${ring.activeKeyId ? ` (active: ${ring.activeKeyId})` : ''}.`,
  );
  const total = { fields: 0, values: 0, lost: 0 };
  for await (const report of new KeyCheck(store, ring, recordDescriptors).check()) {
    const counts = [...report.sealed].map(([keyId, n]) => `${n} under ${keyId}`);
    if (report.plain > 0) counts.push(`${report.plain} not sealed yet`);
    total.fields += 1;
    total.lost += report.lost.length;
    for (const n of report.sealed.values()) total.values += n;
    say(
      `${report.lost.length ? '✗' : '✓'} ${report.tenantName} (${report.tenantId}) ${report.object}.${report.field}, ${report.state}: ${counts.join(', ') || 'no values'}`,
    );
    for (const lost of report.lost.slice(0, SHOWN))
      say(
        `    ${report.object} ${lost.recordId}${lost.token ? ` token ${lost.token}` : ''} ${report.field}, key ${lost.keyId}: ${REASONS[lost.because]}`,
      );
    if (report.lost.length > SHOWN) say(`    … and ${report.lost.length - SHOWN} more`);
  }
  say(
    `${total.fields} fields with ${total.values} encrypted values checked: ` +
      (total.lost === 0 ? 'all of them can be decrypted.' : `${total.lost} can't be decrypted.`),
  );
  return total.lost;
}

/** @returns {Promise<number>} how many keys do not open */
async function checkMasterKeys({ client, masterKeys, modules }) {
  const check = new modules.MasterKeyCheck(client, masterKeys);
  const [present, ...earlier] = masterKeys.ids;
  say(`Master keys: ${present} (present)${earlier.map((id) => `, ${id}`).join('')}.`);
  const reports = await check.reports();
  let lost = 0;
  for (const { kind, counts } of reports) {
    const missing = counts.get('missing') ?? 0;
    const broken = counts.get('broken') ?? 0;
    lost += missing + broken;
    const parts = [...counts]
      .filter(([id]) => masterKeys.ids.includes(id))
      .map(([id, n]) => `${n} under ${id}`);
    if (missing) parts.push(`${missing} whose master key isn't configured`);
    if (broken) parts.push(`${broken} that were altered or moved`);
    say(`${missing + broken ? '✗' : '✓'} ${kind}: ${parts.join(', ') || 'none'}`);
  }
  const sealKeys = await check.sealKeysMissing();
  if (sealKeys.length)
    say(`✗ seals of the audit: the keys ${sealKeys.join(', ')} are missing, so their seals can't be checked`);
  const droppable = await check.droppable(reports);
  for (const id of earlier)
    say(
      droppable.includes(id)
        ? `${id} is no longer needed. Remove it from PELLUCID_MASTER_KEYS_PREVIOUS. Older backups still need it.`
        : `${id} is still needed. The worker is rewrapping what was wrapped with it (\`npm run keys:rotate -- --master\` starts this now).`,
    );
  return lost + sealKeys.length;
}
