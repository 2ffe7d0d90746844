/**
 * `npm run keys:rotate`: asks the worker to re-encrypt everything under older keys with the active one (the first of
 * PELLUCID_FIELD_KEYS), in all companies. `npm run keys:check` shows the progress.
 *
 *   npm run keys:rotate -- --new             first adds a new key before those in the data folder; restart the product,
 *                                            then rotate
 *   npm run keys:rotate -- --master          asks the worker to rewrap everything under an earlier master key with the
 *                                            current one; otherwise it does so within the hour
 *   npm run keys:rotate -- --master --new    first creates a new master key in the data folder; restart the product,
 *                                            then rotate
 *
 * Environment: as for `npm start`. With DATABASE_URL also PELLUCID_FIELD_KEYS and PELLUCID_MASTER_KEY.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureInstalled } from './runtime/install.mjs';
import { handOverToPinnedNode } from './runtime/pinned-node.mjs';
import { endWith, LaunchError, say } from './runtime/progress.mjs';

try {
  await ensureInstalled();
  if (!handOverToPinnedNode(fileURLToPath(import.meta.url), process.argv.slice(2)))
    process.exitCode = await main();
} catch (error) {
  endWith(error);
}

async function main() {
  const { new: wantsNew, master } = options();
  if (master) return rotateMasterKey(wantsNew);
  const { addFieldKey, withKeys } = await import('./runtime/field-keys.mjs');
  if (wantsNew) {
    const { keyId, file } = addFieldKey();
    say(`Key "${keyId}" is now the first in ${file}. Restart Pellucid, then run \`npm run keys:rotate\`.`);
    return 0;
  }
  return withKeys(async ({ store, ring, modules }) => {
    if (!ring.activeKeyId)
      throw new LaunchError('There are no keys to rotate to. Set PELLUCID_FIELD_KEYS.', 78);
    const jobs = { field: modules.protectFieldJob.name, tokens: modules.resealTokensJob.name };
    let fields = 0;
    let vaults = 0;
    for (const tenant of await store.tenants()) {
      const asked = await store.requestRotation(tenant.id, ring.activeKeyId, jobs);
      fields += asked.fields;
      vaults += asked.hasTokens ? 1 : 0;
    }
    say(
      `${fields} fields and ${vaults} token vaults are being encrypted with "${ring.activeKeyId}" by the worker. \`npm run keys:check\` shows the progress. Keep the older keys until it finds none of them.`,
    );
    return 0;
  });
}

/** @returns {Promise<number>} the exit code */
async function rotateMasterKey(wantsNew) {
  if (wantsNew) {
    const { addMasterKey } = await import('./runtime/master-keys.mjs');
    const { file } = addMasterKey();
    say(
      `A new master key is in ${file}, next to the earlier one. Restart Pellucid. The worker then rewraps everything.`,
    );
    return 0;
  }
  const { withKeys } = await import('./runtime/field-keys.mjs');
  return withKeys(async ({ store, masterKeys, modules }) => {
    const tenants = await store.tenants();
    for (const { id } of tenants) await store.requestJob(id, modules.rewrapKeysJob.name);
    say(
      `The worker is rewrapping everything of ${tenants.length} companies with "${masterKeys.currentId}". \`npm run keys:check\` shows the progress and when the earlier keys can be removed.`,
    );
    return 0;
  });
}

/** @returns {{new?: boolean, master?: boolean}} */
function options() {
  try {
    return parseArgs({ options: { new: { type: 'boolean' }, master: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new LaunchError(`${error.message}\nUsage: npm run keys:rotate [-- [--master] [--new]]`, 64);
  }
}
