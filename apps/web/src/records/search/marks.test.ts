import { describe, expect, it } from 'vitest';
import { markedParts } from './marks';

const marked = (text: string, q: string) =>
  markedParts(text, q)
    .map(({ text: part, isMarked }) => (isMarked ? `[${part}]` : part))
    .join('');

describe('what the search marks', () => {
  it.each([
    ['Müller Maschinenbau', 'mull masch', '[Müll]er [Masch]inenbau'],
    ['Müller', 'mueller', '[Müller]'],
    ['Mueller', 'müller', '[Mueller]'],
    ['anna@acme.example', 'acme', 'anna@[acme].example'],
    ['+49 171 2345678', '0171/234', '+49 [171 234]5678'],
    ['Acme', 'cme', 'Acme'],
    ['Acme', '', 'Acme'],
    ['', 'acme', ''],
    ['Straße 5', 'strasse', '[Straße] 5'],
  ])('%s by %s', (text, q, expected) => {
    expect(marked(text, q)).toBe(expected);
  });

  it('keeps the text whole', () => {
    const text = 'Ünïcödé — “quoted” 12.500,00 €';
    for (const q of ['u', '12500', 'unicode quoted', '—'])
      expect(
        markedParts(text, q)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
  });
});
