/**
 * Compiles TypeScript to JavaScript with swc, file by file, on all cores (swc's async calls run in its own threads).
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';

const OPTIONS = {
  swcrc: false,
  configFile: false,
  sourceMaps: true,
  module: { type: 'es6' },
  jsc: {
    target: 'es2024',
    // Nest's injection tokens and our error codes use class names.
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

/** Whether a file below `src` is part of the build. */
export function isBuilt(path) {
  return !/\.(test|spec)\.tsx?$|\.d\.ts$|(^|\/)fixtures\//.test(path);
}

/**
 * Compiles a whole source folder. Writes to a folder beside the output and then swaps them, so that the output is
 * always complete and files without a source disappear.
 * @param {{source: string, output: string}} unit
 */
export async function compilePackage({ source, output }) {
  if (!existsSync(source)) return;
  const partial = `${output}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(
    files
      .filter((file) => isBuilt(relative(source, file)))
      .map((file) => compileFile(file, { source, output: partial })),
  );
  await rm(output, { recursive: true, force: true });
  await rename(partial, output);
}

/**
 * Compiles one TypeScript file, or copies a file of another kind (catalogues, templates).
 * @param {string} file absolute, below `source`
 * @param {{source: string, output: string}} unit
 */
export async function compileFile(file, { source, output }) {
  const target = join(output, relative(source, file));
  await mkdir(dirname(target), { recursive: true });
  if (!/\.tsx?$/.test(file)) {
    await copyFile(file, target);
    return;
  }
  const script = target.replace(/\.tsx?$/, '.js');
  const { code, map } = await transformFile(file, {
    ...OPTIONS,
    sourceFileName: relative(dirname(script), file),
  });
  const link = `\n//# sourceMappingURL=${basename(script)}.map\n`;
  await Promise.all([writeFile(script, code + link), writeFile(`${script}.map`, map ?? '')]);
}
