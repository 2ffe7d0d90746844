/**
 * `npm run keys:check`: opens every encrypted value of all companies with the configured keys (PELLUCID_FIELD_KEYS), says how
 * many there are under each key, and names each row that no key opens. Ends with 1 when there is one. Values are never shown.
 * Environment: as for `npm start`; with DATABASE_URL also PELLUCID_FIELD_KEYS.
 */
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { endWith, say } from './runtime/progress.mjs';

/** Rows named per field; the rest is counted. */
const SHOWN = 1_000;

const REASONS = {
  missing: 'its key is not configured',
  broken: 'the key of this name does not open it: it is another key, or the value was altered or moved',
};

try {
  await ensureInstalled();
  if (!handOverToPinnedNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
    process.exitCode = await main();
} catch (error) {
  endWith(error);
}

async function main() {
  const { withFieldKeys } = await import('./runtime/field-keys.mjs');
  return withFieldKeys(async ({ store, ring, modules }) => {
    const { KeyCheck, recordDescriptors } = modules;
    say(
      `Configured keys: ${ring.keyIds.join(', ') || 'none'}${ring.activeKeyId ? ` (active: ${ring.activeKeyId})` : ''}.`,
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
      `${total.fields} fields with ${total.values} sealed values checked: ` +
        (total.lost === 0 ? 'every one of them opens.' : `${total.lost} do not open.`),
    );
    return total.lost === 0 ? 0 : 1;
  });
}
