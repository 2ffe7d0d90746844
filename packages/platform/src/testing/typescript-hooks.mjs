/**
 * Preload (`node --import`): runs TypeScript sources directly, through swc with the same options as tests and build.
 * Compiled code is cached by content, so that the second process of a run starts in half the time.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
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
enableCompileCache(join(CACHE, 'v8'));

/** Resolved paths of package imports. Resolving a thousand files takes as long as loading them. */
const LOCK = readFileSync(new URL('../../../../pnpm-lock.yaml', import.meta.url));
const RESOLVED = join(
  CACHE,
  `resolved-${createHash('sha256').update(LOCK).update(process.version).digest('hex')}.json`,
);
const resolved = new Map(readResolved());
let known = resolved.size;
// A process that is killed cannot save anything when it ends.
setTimeout(keep, 2_000).unref();
process.once('exit', keep);

registerHooks({
  resolve(specifier, context, next) {
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source))) return { url: source.href, shortCircuit: true };
    }
    // The project's own files may appear and disappear; packages stay the same as long as the lock file does.
    if (!context.parentURL?.includes('/node_modules/')) return next(specifier, context);
    const way = context.conditions?.includes('require') ? 'require' : 'import';
    const key = `${way} ${specifier} ${context.parentURL}`;
    const before = resolved.get(key);
    if (before) return { ...before, shortCircuit: true };
    const found = next(specifier, context);
    resolved.set(key, { url: found.url, format: found.format });
    return found;
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

function readResolved() {
  try {
    return JSON.parse(readFileSync(RESOLVED, 'utf8'));
  } catch {
    return [];
  }
}

/** Saves what this process resolved and compiled for the next one. */
function keep() {
  flushCompileCache();
  if (resolved.size === known) return;
  known = resolved.size;
  write(RESOLVED, JSON.stringify([...new Map([...readResolved(), ...resolved])]));
}

/** Renames into place, so that another process never reads half a file. */
function write(file, text) {
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

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
    write(cached, code);
    return code;
  }
}
