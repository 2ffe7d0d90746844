import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('..', import.meta.url));

/** In: a file's text and path. Out: folders of src that it imports from; a feature's folder is "features/home". */
function importsOf(text: string, file: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(([, specifier]) => {
    if (!specifier) return [];
    if (specifier.startsWith('@/')) return [specifier.slice(2)];
    return specifier.startsWith('.') ? [relative(source, resolve(file, '..', specifier))] : [];
  });
}

function violations(text: string, file: string): string[] {
  const place = relative(source, file);
  const own = place.match(/^features\/[^/]+/)?.[0];
  return importsOf(text, file)
    .filter((target) => target.startsWith('features/') && !(own && target.startsWith(`${own}/`)))
    .map(
      (target) => `${place} imports ${target}: move what both need to src/records, src/lib or packages/ui`,
    );
}

describe('features', () => {
  it('are imported neither by each other nor by the shell', () => {
    const files = readdirSync(source, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(40);
    expect(files.flatMap((file) => violations(readFileSync(file, 'utf8'), file))).toEqual([]);
  });

  it('are reported if they are', () => {
    const file = join(source, 'features/home/home-page.tsx');
    expect(violations("import { x } from '@/features/auth/login-page';", file)).toHaveLength(1);
    expect(violations("const y = lazy(() => import('../auth/login-page'));", file)).toHaveLength(1);
    expect(violations("import { z } from './api/totals';", file)).toEqual([]);
  });
});
