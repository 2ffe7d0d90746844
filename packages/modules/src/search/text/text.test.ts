import { describe, expect, test } from 'vitest';
import { DocumentText, textLexemes } from './lexemes.js';
import { numbersIn, shortNumber } from './numbers.js';
import { queriesOf, readSearchText } from './search-text.js';
import { joinedWords, misspellingsOf, wordsOf } from './words.js';

const texts = (text: string) => wordsOf(text).map(({ text: word, others }) => [word, ...others].join('/'));

describe('words', () => {
  test.each([
    ['Müller-Lüdenscheidt GmbH', ['muller/mueller', 'ludenscheidt/luedenscheidt', 'gmbh']],
    ['Mu\u0308ller', ['muller/mueller']],
    ["O'Brien & Søn", ['o', 'brien', 'son/soen']],
    ['ÅSA', ['asa/aasa']],
    ['Straße', ['strasse']],
    ['東京都 Tower', ['東京', '京都', '都', 'tower']],
    ['ｱｲｳ', ['アイ', 'イウ', 'ウ']],
    ['a\u0000b', ['ab']],
    ['', []],
    ['— · —', []],
  ])('of %j', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  test('without the marks inside', () => {
    expect(joinedWords("O'Brien at acme-werke.example")).toEqual(['obrien', 'acmewerkeexample']);
    expect(joinedWords('plain words')).toEqual([]);
  });

  test('share a misspelling if they differ by one letter', () => {
    const isAlike = (a: string, b: string) =>
      misspellingsOf(a).some((each) => misspellingsOf(b).includes(each));
    for (const wrong of ['sahra', 'sara', 'sarahh', 'zarah', 'asrah'])
      expect([wrong, isAlike('sarah', wrong)]).toEqual([wrong, true]);
    for (const other of ['sandra', 'klara', 'sar'])
      expect([other, isAlike('sarah', other)]).toEqual([other, false]);
    expect(misspellingsOf('4711')).toEqual([]);
    expect(misspellingsOf('abc')).toEqual([]);
  });
});

describe('numbers', () => {
  test.each([
    ['12.500,50', ['12500.5']],
    ['12,500.50', ['12500.5']],
    ['1.234', ['1234', '1.234']],
    ['1.234.567', ['1234567']],
    ['€ 1 000', ['1000']],
    ['99,90 EUR', ['99.9']],
    ['007', ['7']],
    ['1.2.3', []],
    ['abc', []],
    ['', []],
  ])('in %j', (text, expected) => {
    expect(numbersIn(text)).toEqual(expected);
  });

  test('have one shortest form', () => {
    expect(['012.50', '0', '-3.00', '0.5'].map(shortNumber)).toEqual(['12.5', '0', '3', '0.5']);
  });
});

test('nothing that is typed leaves its quotes', () => {
  const text = readSearchText(`'a\\' | b:* & !c <-> "d`, []);
  const { words } = queriesOf(text, 'cafe', true);
  expect(words).toEqual(["'cafea':*", "'cafeb':*", "'cafec':*", "'cafed':*"]);
  const document = new DocumentText("it's \\");
  document.add(textLexemes('word', false), 'A');
  expect(document.tsvector()).toBe("'it''s \\\\word':1A");
});

test('only the first words of a search count, and long words are cut alike on both sides', () => {
  expect(readSearchText('a b c d e f g h i j', []).terms).toHaveLength(8);
  const long = 'x'.repeat(5000);
  expect(readSearchText(long, []).terms[0]!.beginnings).toEqual([wordsOf(long)[0]!.text]);
  expect(wordsOf(long)[0]!.text).toHaveLength(64);
});
