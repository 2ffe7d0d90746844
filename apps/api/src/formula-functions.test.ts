import { readFileSync } from 'node:fs';
import { FORMULA_FUNCTION_NAMES } from '@pellucid/platform/formulas';
import { expect, test } from 'vitest';

test.each(['en', 'de'])(
  'the editor of formulas offers and explains the functions that exist (%s)',
  (language) => {
    const file = new URL(`../../web/src/features/fields/locales/${language}.json`, import.meta.url);
    const { formula } = JSON.parse(readFileSync(file, 'utf8'));
    expect(Object.keys(formula.functions).sort()).toEqual([...FORMULA_FUNCTION_NAMES].sort());
  },
);
