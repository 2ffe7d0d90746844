/** Paths in the project. The host's own Node also reads this file, so it uses nothing newer than Node 20.0. */
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = resolve(fileURLToPath(import.meta.url), '../../..');

export const binDirectory = join(projectRoot, 'node_modules/.bin');

/** The pinned Node, whatever Node started us. */
export const pinnedNode = join(binDirectory, process.platform === 'win32' ? 'node.exe' : 'node');

/** An environment whose PATH finds the pinned `node` and the project's tools first. */
export function projectEnv(extra = {}) {
  return { ...process.env, PATH: `${binDirectory}${delimiter}${process.env['PATH'] ?? ''}`, ...extra };
}

/** The absolute path of this instance's data folder. */
export function dataDirectory(env = process.env) {
  return resolve(projectRoot, env['PELLUCID_DATA_DIR'] || '.data');
}
