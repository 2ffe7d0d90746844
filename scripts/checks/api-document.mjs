/** The OpenAPI document that the sources declare, made without a database or a build. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode, projectEnv, projectRoot } from '../runtime/project.mjs';

export const API_DOCUMENT = 'docs/api/openapi.json';

/** @returns {string} the document's text @throws Error with what the emitter said */
export function emitApiDocument(root = projectRoot) {
  const scratch = mkdtempSync(join(tmpdir(), 'pellucid-openapi-'));
  try {
    const path = join(scratch, 'openapi.json');
    const hooks = './packages/platform/src/testing/typescript-hooks.mjs';
    const args = ['--conditions=pellucid:source', '--import', hooks, 'apps/api/src/emit-openapi.ts', path];
    const { NODE_OPTIONS: _, ...env } = projectEnv();
    const run = spawnSync(pinnedNode, args, { cwd: root, env, encoding: 'utf8' });
    if (run.status !== 0)
      throw new Error(`The OpenAPI document could not be emitted:\n${run.stdout}${run.stderr}`);
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Operations (`GET /accounts`) that are new, gone or different, so that the message can name them. */
export function changedOperations(before, after) {
  const operations = (text) => {
    const entries = Object.entries(JSON.parse(text).paths ?? {});
    return new Map(
      entries.flatMap(([path, item]) =>
        Object.entries(item).map(([method, one]) => [`${method.toUpperCase()} ${path}`, JSON.stringify(one)]),
      ),
    );
  };
  const [old, current] = [operations(before), operations(after)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((name) => old.get(name) !== current.get(name))
    .sort();
}

/** Problems that Redocly reports in the document; null if there are none. */
export function lintApiDocument(path, root = projectRoot) {
  const env = projectEnv({
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  });
  const program = join(projectRoot, 'node_modules/.bin/redocly');
  const run = spawnSync(program, ['lint', path, '--config', 'redocly.yaml', '--max-problems', '30'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return run.status === 0 ? null : `${run.stdout}${run.stderr}`.trim();
}
