import { newContext, runInContext } from '@pellucid/platform/context';
import { expect, test } from 'vitest';
import { problemReason, reason, reasonKind } from './reason.js';
import { shownReason } from './reason-message.js';
import { REASON_TEXTS } from './reason-texts.js';

const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
/** The German name of an object stands in brackets, so its plural may be missing or take its place. */
const named = (text: string) => new Set(parameters(text).filter((name) => !/^objects?$/.test(name)));

test('every reason has the same parameters in both languages, and none is empty', () => {
  expect(Object.keys(REASON_TEXTS.de)).toEqual(Object.keys(REASON_TEXTS.en));
  for (const [code, text] of Object.entries(REASON_TEXTS.en)) {
    const german = REASON_TEXTS.de[code as keyof typeof REASON_TEXTS.de];
    expect(german, code).not.toBe('');
    expect(named(german), code).toEqual(named(text));
  }
});

const inGerman = <T>(fn: () => T) => runInContext(newContext({ correlationId: 'x', language: 'de' }), fn);

test('a reason is told in the language of the reader, with the column in front', () => {
  const missing = reason('referenceMissing', { cell: 'Nobody', object: 'account', column: 'Parent' });
  expect(shownReason(missing, 'account', () => undefined).message).toMatch(
    /^Parent: There is no account "Nobody"\./,
  );
  expect(inGerman(() => shownReason(missing, 'account', () => undefined).message)).toMatch(
    /^Parent: „Nobody“ gibt es nicht \(account\)\./,
  );
});

test('what other modules say is told in German as far as the catalogue knows the code', () => {
  const refused = (code: string) =>
    problemReason({ pointer: '/custom/code', code, message: 'Said in English.' });
  expect(refused('notUnique').params).toEqual({ field: 'custom.code' });
  expect(shownReason(refused('notUnique'), 'account', () => undefined).message).toBe('Said in English.');
  expect(inGerman(() => shownReason(refused('notUnique'), 'account', () => undefined).message)).toMatch(
    /„custom.code“ schon/,
  );
  expect(inGerman(() => shownReason(refused('madeByARule'), 'account', () => undefined).message)).toBe(
    'Said in English.',
  );
});

test('rows that differ only in their own values failed for the same reason', () => {
  const at = (cell: string, column: string) => [
    reason('referenceMissing', { cell, object: 'account', column }),
  ];
  expect(reasonKind(at('A', 'Parent'))).toBe(reasonKind(at('B', 'Parent')));
  expect(reasonKind(at('A', 'Parent'))).not.toBe(reasonKind(at('A', 'Partner')));
});
