/** The master keys of this instance, for operators' commands. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { instancePaths, instanceSecrets, rememberMasterKeys } from './instance.mjs';
import { LaunchError } from './progress.mjs';
import { dataDirectory } from './project.mjs';

/**
 * @returns {string[]} the keys that the instance runs with, the current one first; empty if none is given
 * @throws {LaunchError} when one is not a valid key
 */
export function configuredMasterKeys(env = process.env) {
  const paths = instancePaths(dataDirectory(env));
  const present = env['PELLUCID_MASTER_KEY'];
  const secrets = existsSync(paths.secrets) ? instanceSecrets(paths) : undefined;
  if (!present && !secrets) return [];
  const given = (env['PELLUCID_MASTER_KEYS_PREVIOUS'] ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter(Boolean);
  // Earlier keys in the data folder belong to its own key only.
  const previous = given.length || present ? given : (secrets?.previousMasterKeys ?? []);
  const keys = [present || secrets.masterKey, ...previous];
  if (keys.some((key) => Buffer.from(key, 'base64').length !== 32))
    throw new LaunchError(
      'PELLUCID_MASTER_KEY and each key of PELLUCID_MASTER_KEYS_PREVIOUS must be 32 bytes in base64.',
      78,
    );
  return keys;
}

/**
 * Makes a new master key the current one in the data folder and keeps the previous one as an earlier key.
 * @returns {{file: string}}
 */
export function addMasterKey(env = process.env) {
  if (env['PELLUCID_MASTER_KEY'])
    throw new LaunchError(
      'The key comes from PELLUCID_MASTER_KEY. Set a new one there and add the current one at the front of PELLUCID_MASTER_KEYS_PREVIOUS.',
      78,
    );
  const paths = instancePaths(dataDirectory(env));
  if (!existsSync(paths.secrets)) throw new LaunchError(`There is no instance in ${paths.dataDir}.`, 78);
  const { masterKey, previousMasterKeys = [] } = instanceSecrets(paths);
  rememberMasterKeys(paths, {
    masterKey: randomBytes(32).toString('base64'),
    previousMasterKeys: [masterKey, ...previousMasterKeys],
  });
  return { file: paths.secrets };
}
