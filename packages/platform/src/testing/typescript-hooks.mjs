/**
 * Preload (`node --import`): runs TypeScript sources directly, through swc with the same options as tests and build.
 * Compiled code is cached by content, so that the second process of a run starts in half the time.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync, version } from '@swc/core';

const OPTIONS = {
  swcrc: false,
  configFile: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2024',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/pellucid-typescript', import.meta.url));
const OPTIONS_KEY = JSON.stringify([version, OPTIONS]);
mkdirSync(CACHE, { recursive: true });

registerHooks({
  resolve(specifier, context, next) {
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source))) return { url: source.href, shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

/** Returns the file as JavaScript. */
function compiled(filename) {
  const text = readFileSync(filename, 'utf8');
  const name = createHash('sha256')
    .update(OPTIONS_KEY)
    .update(filename)
    .update('\0')
    .update(text)
    .digest('hex');
  const cached = join(CACHE, `${name}.mjs`);
  try {
    return readFileSync(cached, 'utf8');
  } catch {
    const { code } = transformSync(text, { filename, ...OPTIONS });
    // Renamed into place, so that another process never reads half a file.
    writeFileSync(`${cached}.${process.pid}`, code);
    renameSync(`${cached}.${process.pid}`, cached);
    return code;
  }
}
