import { plainText } from '@pellucid/conditions/rich-text';
import { describe, expect, test } from 'vitest';
import { FieldValueError } from '../field-value-error.js';
import { documentOf, firstLineOf, markdownOf, parseDocument } from './index.js';

const FIELD = { label: '"Text"', maxLength: 50_000 };
const parse = (input: unknown) => parseDocument(input, FIELD);
const doc = (...content: unknown[]) => ({ type: 'doc', content });
const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
const text = (value: string, ...marks: unknown[]) => ({ type: 'text', text: value, marks });
const link = (href: unknown) => ({ type: 'link', attrs: { href } });
const member = '0190a000-0000-7000-8000-000000000001';

const WHOLE = `# Visit

Met **Ann *Baker* and** ~~Bob~~, see [the offer](https://example.com/a_(b)?x=*1*), \`a*b\` & \\<b>.\\
Second line \\* not a list

- one
  - inner
- two

3. third
4. fourth

- [ ] call
- [x] write to [@](member:${member})

> quoted\\
> twice

\`\`\`
const <b>x</b> = '*';

\`\`\`

---

mail [Ann](mailto:ann@example.com)`;

describe('a document', () => {
  test('is written as Markdown and read as the same document', () => {
    const stored = parse(WHOLE)!;
    const written = markdownOf(documentOf(stored));
    expect(parse(written)).toBe(stored);
    expect(parse(documentOf(stored))).toBe(stored);
    expect(parse(stored)).toBe(stored);
  });

  test('says its plain text', () => {
    expect(plainText(documentOf(parse(WHOLE)!), () => 'Cy').split('\n')).toEqual([
      'Visit',
      'Met Ann Baker and Bob, see the offer, a*b & <b>.',
      'Second line * not a list',
      '• one',
      '  • inner',
      '• two',
      '3. third',
      '4. fourth',
      '☐ call',
      '☑ write to @Cy',
      'quoted',
      'twice',
      "const <b>x</b> = '*';",
      '',
      'mail Ann',
    ]);
    expect(firstLineOf(parse('\n- [ ] Call Ann\n')!)).toBe('Call Ann');
  });

  test.each([
    ['lines of plain text', 'one\ntwo\n\nthree', 'one\ntwo\nthree'],
    [
      'markup of other kinds',
      '<img src=x onerror=alert(1)>\n\n[a]: b',
      '<img src=x onerror=alert(1)>\n[a]: b',
    ],
    ['marks that are no Markdown', '2 * 3 * 4, a_b_c, ~1', '2 * 3 * 4, a_b_c, ~1'],
    ['links that could run code', '[x](javascript:alert)', 'x (javascript:alert)'],
    ['pictures of other sites', '![x](https://example.com/p.png)', '!x'],
    ['indented text', '    four blanks', 'four blanks'],
  ])('keeps %s as text', (_, given, said) => {
    const stored = parse(given)!;
    expect(plainText(documentOf(stored))).toBe(said);
    expect(parse(markdownOf(documentOf(stored)))).toBe(stored);
  });

  test('has one stored form', () => {
    const given = doc(
      paragraph(),
      paragraph(
        text('a', { type: 'italic' }, { type: 'bold' }),
        text('b', { type: 'bold' }, { type: 'italic' }),
        text(''),
      ),
      { type: 'bulletList', content: [] },
      { type: 'paragraph', attrs: { class: 'x' } },
    );
    expect(parse(given)).toBe(
      JSON.stringify(
        doc(paragraph({ type: 'text', marks: [{ type: 'bold' }, { type: 'italic' }], text: 'ab' })),
      ),
    );
  });

  test.each([[''], ['\n \n'], [doc()], [doc(paragraph(text(' ')))], [doc({ type: 'horizontalRule' })]])(
    'that says nothing is no value: %j',
    (given) => expect(parse(given)).toBeNull(),
  );
});

describe('what is no document is refused', () => {
  const nested = (levels: number): unknown =>
    levels ? { type: 'blockquote', content: [nested(levels - 1)] } : paragraph(text('x'));
  test.each<[string, unknown, RegExp]>([
    ['a number', 5, /"type"/],
    ['a list', [paragraph()], /"type"/],
    ['HTML as a node', doc({ type: 'html', content: [] }), /"html" is no node/],
    ['a script', doc(paragraph({ type: 'script' })), /"script" is no node/],
    ['a name that objects inherit', doc({ type: 'constructor' }), /"constructor" is no node/],
    ['a mark that objects inherit', doc(paragraph(text('x', { type: 'toString' }))), /"toString" is no mark/],
    ['text outside of a paragraph', doc(text('x')), /"text" can't stand here/],
    ['a block in a line', doc(paragraph(paragraph())), /"paragraph" can't stand here/],
    ['an unknown mark', doc(paragraph(text('x', { type: 'color' }))), /"color" is no mark/],
    ['a heading of no level', doc({ type: 'heading', content: [text('x')] }), /level of a heading/],
    ['a mention of nobody', doc(paragraph({ type: 'mention', attrs: { id: 'x' } })), /mention needs the ID/],
    ['a deep one', doc(nested(40)), /nested deeper/],
    [
      'a large one',
      doc(...Array.from({ length: 5_001 }, () => paragraph(text('x')))),
      /more than 5000 nodes/,
    ],
    ['a long one', 'x'.repeat(50_001), /at most 50000/],
    ['a NUL', doc(paragraph(text('a\u0000'))), /Unicode/],
  ])('%s', (_, given, message) => {
    expect(() => parse(given)).toThrow(FieldValueError);
    expect(() => parse(given)).toThrow(message);
    expect(() => parse(given)).toThrow(/"Text"/);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    '//example.com',
    '/settings',
    'https://exa mple.com',
    5,
    undefined,
  ])('a link to %s', (href) => {
    expect(() => parse(doc(paragraph(text('x', link(href)))))).toThrow(/whole web address/);
  });

  test.each(['https://example.com', 'http://example.com/a?b#c', 'mailto:a@example.com', 'tel:+4930123'])(
    'but not a link to %s',
    (href) => expect(parse(doc(paragraph(text('x', link(href)))))).toContain(href),
  );
});
