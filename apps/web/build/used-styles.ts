import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import postcss from 'postcss';
import type { Plugin } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const mantine = join(root, 'apps/web/node_modules/@mantine');
/** Packages with components. */
const PACKAGES = ['core', 'dates', 'notifications', 'spotlight'];
const ALL_STYLES = /@mantine\/(core|dates|notifications|spotlight)\/styles\.css$/;
/** Mantine's component classes are hashes. */
const CLASS = /\.(m_[0-9a-f]+)/g;

/** A length that Mantine multiplies by its scale, which is 1 here. */
const SCALED = /calc\(([\d.]+rem) \* var\(--mantine-scale\)\)/g;
/** Colours of outlined components, and colours that no text of the app or the API names. */
const UNUSED_COLOUR = /^--mantine-color-(\w+-outline(-hover)?|lime-[\w-]+)$/;

/**
 * Removes the styles of Mantine components that neither the app nor another used component needs: two thirds of them. Also
 * colours that nothing uses, and the factor of lengths.
 */
export function usedStyles(): Plugin {
  return {
    name: 'pellucid:used-styles',
    apply: 'build',
    enforce: 'pre',
    transform: {
      filter: { id: ALL_STYLES },
      handler: (css) => ({ code: withoutUnused(css, usedClasses()), map: null }),
    },
  };
}

function withoutUnused(css: string, used: Set<string>): string {
  const tree = postcss.parse(css);
  tree.walkRules((rule) => {
    const isUsed = (selector: string) =>
      [...selector.matchAll(CLASS)].every(([, name]) => used.has(name ?? ''));
    const kept = rule.selectors.filter(isUsed);
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  tree.walkDecls(UNUSED_COLOUR, (declaration) => void declaration.remove());
  return tree.toString().replace(SCALED, '$1');
}

/** Classes of the components that sources import, and of the components inside those, in all packages of Mantine. */
function usedClasses(): Set<string> {
  const fileOf = new Map(PACKAGES.flatMap(exportsOf));
  const imported = (text: string) => [
    ...[...text.matchAll(/import \{([^}]+)\} from ['"]@mantine\/(\w+)['"]/g)].flatMap(([, names, part]) =>
      namesIn(names ?? '').map((name) => fileOf.get(`${part} ${name}`)),
    ),
    // Of a package that loads later, all that it exports.
    ...[...text.matchAll(/import\(['"]@mantine\/(\w+)['"]\)/g)].flatMap(([, part]) =>
      exportsOf(part ?? '').map(([, file]) => file),
    ),
  ];
  const sources = [...filesIn(join(root, 'apps/web/src')), ...filesIn(join(root, 'packages/ui/src'))];
  const texts = sources.map((file) => readFileSync(file, 'utf8'));
  const outlined = texts.some((text) => /['"](outline|lime)['"]/.test(text));
  if (outlined)
    throw new Error('build/used-styles.ts removes outlined variants and the colour lime: keep them');
  const waiting = texts.flatMap(imported);
  const seen = new Set<string>();
  const classes = new Set<string>();
  for (let file = waiting.pop(); waiting.length || file; file = waiting.pop()) {
    if (!file || seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.module.mjs') || file.endsWith('.module.css.mjs'))
      for (const [name] of text.matchAll(/m_[0-9a-f]+/g)) classes.add(name);
    for (const [, path] of text.matchAll(/from "(\.[^"]+)"/g))
      waiting.push(resolve(dirname(file), path ?? ''));
    waiting.push(...imported(text));
  }
  if (classes.size < 50) throw new Error('build/used-styles.ts no longer understands how Mantine is packed');
  return classes;
}

/** What a package exports: "core Button" and the file it stands in. */
function exportsOf(part: string): [string, string][] {
  const folder = join(mantine, part, 'esm');
  const barrel = readFileSync(join(folder, 'index.mjs'), 'utf8');
  return [...barrel.matchAll(/import \{([^}]+)\} from "(\.[^"]+)"/g)].flatMap(([, names, file]) =>
    namesIn(names ?? '').map((name): [string, string] => [`${part} ${name}`, join(folder, file ?? '')]),
  );
}

/** In: "Box, type Props, Button as Knob". Out: the exported names. */
function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(
      (part) =>
        part
          .trim()
          .replace(/^type /, '')
          .split(' as ')[0] ?? '',
    )
    .filter(Boolean);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name) && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name));
}
