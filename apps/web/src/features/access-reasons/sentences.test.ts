import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import de from './locales/de.json';
import en from './locales/en.json';

const packages = new URL('../../../../../packages/', import.meta.url);
const read = (path: string) => readFileSync(fileURLToPath(new URL(path, packages)), 'utf8');
const codes = [...read('modules/src/explain/explanation.sentences.ts').matchAll(/said\(\s*'(\w+)'/g)].map(
  ([, code]) => code ?? '',
);
const catalogues: [string, { said: Record<string, string>; actions: object; actionTo: object }][] = [
  ['en', en],
  ['de', de],
];

describe.each(catalogues)('the texts in %s', (_, texts) => {
  it('contain every sentence of the API’s explanations', () => {
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !(code in texts.said) && !(`${code}_other` in texts.said))).toEqual([]);
  });

  it('have the same parameters as in English', () => {
    const named = (text: string | undefined) =>
      [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const [code, text] of Object.entries(en.said))
      expect(named(texts.said[code]), code).toEqual(named(text));
  });

  it('name every action of all objects', () => {
    const list = /OBJECT_ACTIONS = \[([^\]]*)\]/.exec(read('platform/src/access/access.types.ts'))?.[1] ?? '';
    const actions = [...list.matchAll(/'(\w+)'/g)].map(([, action]) => action ?? '');
    expect(actions).toContain('create');
    for (const action of actions) {
      expect(texts.actions, action).toHaveProperty(action);
      expect(texts.actionTo, action).toHaveProperty(action);
    }
  });
});
