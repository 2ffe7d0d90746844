import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Operator, OPERATORS, operatorLabel } from '@pellucid/conditions';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

type Texts = Record<string, string>;

/** Texts by dotted key; list items by index. */
function flat(value: unknown, path: string[] = []): Texts {
  if (typeof value === 'string') return { [path.join('.')]: value };
  const entries = Object.entries(value as object).map(([key, inner]) => flat(inner, [...path, key]));
  return Object.assign({}, ...entries) as Texts;
}

const read = (file: string): Texts => flat(JSON.parse(readFileSync(file, 'utf8')));
const inFeature = (texts: Texts, feature: string): Texts =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [`${feature}.${key}`, text]));
const catalogues = files
  .filter((file) => /[\\/]locales[\\/](entry\.)?en\.json$/.test(file))
  .map((file) => {
    const folder = relative(source, file).split(sep).at(-3) ?? '';
    const texts = { en: read(file), de: read(file.replace('en.json', 'de.json')) };
    if (!file.includes('entry.')) return { name: folder, ...texts };
    return { name: 'entries', en: inFeature(texts.en, folder), de: inFeature(texts.de, folder) };
  });
const languages = ['en', 'de'] as const;

/** The texts that `isWrong` selects, each as a line "catalogue language key: text". */
const linesWhere = (isWrong: (text: string, key: string, language: 'en' | 'de') => boolean): string[] =>
  catalogues.flatMap(({ name, ...texts }) =>
    languages.flatMap((language) =>
      Object.entries(texts[language])
        .filter(([key, text]) => isWrong(text, key, language))
        .map(([key, text]) => `${name} ${language} ${key}: ${text}`),
    ),
  );

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Placeholders and tags, without repetitions, because one language may need one twice. */
const marks = (text: string): string[] => [...new Set(text.match(/\{\{.*?\}\}|<\/?\w+\/?>/g) ?? [])].sort();

/** Words that no product writer would use, or that the glossary replaces. Each was once used in a text. */
const BANNED = {
  en: [
    /for the way back/i,
    /stands? here/i,
    /once more/i,
    /prove/i,
    /is known by/i,
    /holds good/i,
    /\bis told\b/i,
    /\bwhose eyes\b/i,
    /\bthe look\b/i,
    /\b(in|of|out of|within|the) reach\b|\breaches\b/i,
    /\bsomebody\b/i,
    /\bmeanwhile\b/i,
    /\bmend/i,
    /\blately\b/i,
    /\bat hand\b/i,
    /\bis called (so|that)\b/i,
    /\bbrought (this|along|back)\b/i,
    /\bloosen\b/i,
    /\b(may|can|do|does|is|are|could|would|should|did) not\b(?! (have|be))/i,
    /\bcannot\b/i,
    /\bcould(n't| not) be (loaded|found|shown)\b/i,
    /\bplease\b/i,
    /\bdeals?\b/i,
    /\bsign (in|out)\b/i,
    /’/,
  ],
  de: [
    /\bVerkaufschance/,
    /\bChancen?\b/,
    /\bumwandel|umgewandelt/i,
    /\bReichweite/,
    /\bsteh(t|en) hier\b/i,
    /\bhier steh(t|en)\b/i,
    /\bholen Sie Vorhandenes\b/,
    /\bbitte\b/,
    /\bLockern\b/,
    /\bMandant/,
    /\bBerechtigung/,
  ],
};

describe('catalogues', () => {
  it('hold the same keys in English and German', () => {
    expect(catalogues.length).toBeGreaterThan(12);
    for (const { name, en, de } of catalogues) {
      const own = (texts: Texts) => Object.keys(texts).filter((key) => !key.startsWith('operators.'));
      expect(own(de), name).toEqual(own(en));
    }
  });

  it('name every operator in German; in English the API names them', () => {
    const { de } = catalogues.find(({ name }) => name === 'records') ?? {};
    for (const op of Object.keys(OPERATORS) as Operator[]) {
      expect(de, op).toHaveProperty([`operators.${op}`]);
      const isDated = operatorLabel(op, 'date') !== operatorLabel(op);
      expect(Boolean(de?.[`operators.dates.${op}`]), op).toBe(isDated);
    }
  });

  it('use the same placeholders and tags in both languages', () => {
    const differing = catalogues.flatMap(({ name, en, de }) =>
      Object.entries(en)
        .filter(([key, text]) => marks(text).join() !== marks(de[key] ?? '').join())
        .map(([key, text]) => `${name} ${key}: ${text} | ${de[key]}`),
    );
    expect(differing).toEqual([]);
  });

  it('have both forms of each plural, and no text is empty', () => {
    for (const { name, en } of catalogues) {
      const forms = Object.groupBy(
        Object.keys(en).filter((key) => PLURAL.test(key)),
        (key) => key.replace(PLURAL, ''),
      );
      for (const [key, found] of Object.entries(forms)) {
        expect(found, `${name} ${key}`).toEqual(expect.arrayContaining([`${key}_one`, `${key}_other`]));
      }
    }
    expect(linesWhere((text) => text !== text.trim() || text === '')).toEqual([]);
  });

  it('avoid words that no product writer would use', () => {
    expect(linesWhere((text, _, language) => BANNED[language].some((word) => word.test(text)))).toEqual([]);
  });

  it('have the same punctuation in both languages: sentences end with a full stop, titles and buttons don’t', () => {
    const ending = (text: string): string => /[.?!:…]$/.exec(text.replace(/ …$/, '…'))?.[0] ?? '';
    const differing = catalogues.flatMap(({ name, en, de }) =>
      Object.entries(en)
        .filter(([key, text]) => !key.includes('.short.') && ending(text) !== ending(de[key] ?? ''))
        .map(([key, text]) => `${name} ${key}: ${text} | ${de[key]}`),
    );
    expect(differing).toEqual([]);
    const label = /(?<!confirmEmail)(^|\.)(title|submit|save|add|remove|retry|discard)$/i;
    expect(linesWhere((text, key) => label.test(key) && text.endsWith('.'))).toEqual([]);
    const sentence = /(^|\.|[a-z])(text|help)$/i;
    const isShort = (text: string): boolean => text.split(' ').length < 4;
    expect(linesWhere((text, key) => sentence.test(key) && !isShort(text) && !/[.?!:]$/.test(text))).toEqual(
      [],
    );
  });

  it('have every text that code names', () => {
    const known = new Set(
      catalogues.flatMap(({ name, en }) =>
        Object.keys(en).flatMap((key) => {
          const path = key.replace(PLURAL, '').split('.');
          return path.map((_, index) => `${name}:${path.slice(0, index + 1).join('.')}`);
        }),
      ),
    );
    const missing = files
      .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
      .flatMap((file) => {
        const code = readFileSync(file, 'utf8');
        const [own, ...others] = [...code.matchAll(/useTranslation\(\[?'([\w-]+)'/g)].map(([, name]) => name);
        const full = [...code.matchAll(/'((?:app|records|entries|[a-z]+-?[a-z]+):[a-z][\w.-]+)'/g)].map(
          ([, key]) => key ?? '',
        );
        const plain =
          own && others.every((name) => name === own) ? [...code.matchAll(/\bt\('([\w.-]+)'[,)]/g)] : [];
        return [...full, ...plain.map(([, key]) => `${own}:${key}`)]
          .filter((key) => catalogues.some(({ name }) => name === key.split(':')[0]) && !known.has(key))
          .map((key) => `${relative(source, file)}: ${key}`);
      });
    expect(missing).toEqual([]);
  });

  it('contain what the first load shows of features in their entry texts', () => {
    const late = files
      .filter((file) => /features[\\/](?!home)[\w-]+[\\/]index\.ts$/.test(file))
      .flatMap((index) => {
        const seen = new Set([index]);
        for (const file of seen) {
          const imports = readFileSync(file, 'utf8').matchAll(
            /^(?:import|export) [^;]*? from '(\.[^']+)';/gm,
          );
          for (const [, path = ''] of imports) {
            const found = ['.ts', '.tsx'].map((end) => join(file, '..', path + end));
            for (const imported of found.filter((each) => files.includes(each))) seen.add(imported);
          }
        }
        return [...seen];
      })
      .filter((file) => /useTranslation\(\[?'(?!entries|app|records)/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(source, file));
    expect(late).toEqual([]);
  });

  it('contain no unused text', () => {
    const code = files
      .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const literals = new Set([...code.matchAll(/['"]([\w:.-]+)['"]/g)].map(([, text]) => text));
    const patterns = [...code.matchAll(/`([^`\n]*\$\{[^`\n]*)`/g)]
      .map(([, text = '']) => text.replace(/\$\{[^}]*\}/g, '*').split(':'))
      .map((parts) => ({ name: parts.length > 1 ? parts[0] : undefined, key: parts.at(-1) ?? '' }))
      .filter(({ name, key }) => /^[\w.*-]+$/.test(key) && (/\w{2}/.test(key) || (name && key === '*.*')))
      .map(({ name, key }) => ({
        name,
        key: new RegExp(`^${key.replaceAll('.', '\\.').replaceAll('*', '[\\w-]+')}$`),
      }));
    const isUsed = (name: string, key: string): boolean =>
      literals.has(key) ||
      literals.has(`${name}:${key}`) ||
      patterns.some((pattern) => (pattern.name ?? name) === name && pattern.key.test(key));
    const unused = catalogues.flatMap(({ name, en }) =>
      Object.keys(en)
        .map((key) => key.replace(PLURAL, ''))
        .filter((key) => !isUsed(name, key) && !isUsed(name, key.replace(/\.\d+$/, '')))
        .map((key) => `${name} ${key}`),
    );
    expect(unused).toEqual([]);
  });
});
