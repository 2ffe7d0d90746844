/** Where things are in the project. Read by the host's own Node too, so nothing newer than Node 20.0 is used. */
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = resolve(fileURLToPath(import.meta.url), '../../..');

export const binDirectory = join(projectRoot, 'node_modules/.bin');

/** The pinned Node, whatever Node launched us. */
export const pinnedNode = join(binDirectory, process.platform === 'win32' ? 'node.exe' : 'node');

/** An environment in which `node` and the project's tools are found first. */
export function projectEnv(extra = {}) {
  return { ...process.env, PATH: `${binDirectory}${delimiter}${process.env['PATH'] ?? ''}`, ...extra };
}

/** The data folder of this instance, absolute. */
export function dataDirectory(env = process.env) {
  return resolve(projectRoot, env['PELLUCID_DATA_DIR'] || '.data');
}
