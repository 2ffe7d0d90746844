import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogueFor, LOCALES } from './index.js';

const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test('every text has the same parameters in every language, and none is empty', () => {
  const en = catalogueFor('en')!.messages as Record<string, string>;
  for (const locale of LOCALES)
    for (const [code, text] of Object.entries(catalogueFor(locale)!.messages)) {
      expect(text.trim(), `${locale} ${code}`).not.toBe('');
      expect(parameters(text), `${locale} ${code}`).toEqual(parameters(en[code]!));
    }
});

test('texts end with a full stop and avoid words that no product writer would use', () => {
  const banned = {
    en: /\b(cannot|somebody|meanwhile|once more|prove|any more)\b|\b(do|does|is|are|may|can) not\b|: (choose|give|make|send)\b/i,
    de: /\bbitte\b|\b[Uu]mwandel|Verkaufschance|\bMandant|\bBerechtigung/,
  };
  for (const locale of LOCALES)
    for (const [code, text] of Object.entries(catalogueFor(locale)!.messages)) {
      expect(text, `${locale} ${code}`).toMatch(/\.$/);
      expect(text, `${locale} ${code}`).not.toMatch(banned[locale as keyof typeof banned]);
    }
});

/** Returns the codes that sources below a folder throw: calls of the problem helpers with a literal code. */
function thrownCodes(folder: string): string[] {
  return readdirSync(folder).flatMap((name): string[] => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'testing' ? [] : thrownCodes(path);
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) return [];
    const source = readFileSync(path, 'utf8');
    const calls =
      /\b(?:badRequest|unauthorized|forbidden|conflict)\(\s*'(\w+)'|new ProblemError\(\s*\d+,\s*'(\w+)'/g;
    return [...source.matchAll(calls)].map((match) => (match[1] ?? match[2])!);
  });
}

test('every problem code that tenancy, identity, API keys and the HTTP layer throw has a text', () => {
  const modules = join(import.meta.dirname, '../..');
  const platform = join(modules, '../../platform/src');
  const folders = [
    join(modules, 'tenancy'),
    join(modules, 'identity'),
    join(modules, 'access'),
    join(modules, 'api-keys'),
    join(platform, 'http'),
    join(platform, 'access'),
    join(platform, 'errors'),
  ];
  const codes = new Set(folders.flatMap(thrownCodes));
  expect(codes.size).toBeGreaterThan(20);
  const { messages } = catalogueFor('en')!;
  // A route without a declared permission never reaches a reader.
  expect([...codes].filter((code) => !(code in messages) && code !== 'undeclaredEndpoint')).toEqual([]);
});
