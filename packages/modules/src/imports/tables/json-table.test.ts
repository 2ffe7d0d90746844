import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTable, sniffTable, type TableRow, type TableSource } from './table-file.js';

/** @param size of the pieces in which the file arrives */
const source = (bytes: Buffer, size: number): TableSource => ({
  size: bytes.length,
  read: async () =>
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      ),
      { objectMode: false },
    ),
});

async function read(text: string | Buffer, size = 64) {
  const from = source(Buffer.from(text as string), size);
  const dialect = await sniffTable(from);
  const table = await openTable(from, dialect);
  const rows: TableRow[] = [];
  for await (const chunk of table.rows) rows.push(...chunk);
  const named = rows.map(({ cells }) =>
    Object.fromEntries(table.columns.map((name, at) => [name, cells[at]])),
  );
  return { dialect, columns: table.columns, rows, named, damage: rows.flatMap((row) => row.damage ?? []) };
}

test('records have a column for each member of any of them, however they are written', async () => {
  const records = [
    { name: 'Acme', account: { id: '1', name: 'Müller, "Söhne"' }, custom: { size: 3, 'is new': true } },
    { name: 'Béta 日本 🙂', tags: ['a', 'b'], phone: null, note: 'two\nlines' },
  ];
  const expected = [
    {
      name: 'Acme',
      'account.id': '1',
      'account.name': 'Müller, "Söhne"',
      'custom.size': '3',
      'custom.is new': 'true',
      tags: '',
      note: '',
      phone: '',
    },
    {
      name: 'Béta 日本 🙂',
      'account.id': '',
      'account.name': '',
      'custom.size': '',
      'custom.is new': '',
      tags: 'a; b',
      note: 'two\nlines',
      phone: '',
    },
  ];
  const lines = records.map((record) => JSON.stringify(record));
  for (const text of [
    lines.join('\n'),
    `\ufeff${lines.join('\r\n\r\n')}\r\n`,
    JSON.stringify(records),
    JSON.stringify(records, null, 2),
  ])
    for (const size of [1, 7, 10_000]) expect((await read(text, size)).named, text).toEqual(expected);
});

test('references in lists have lists of names and of IDs, lines have rows of their own', async () => {
  const { named } = await read(
    `${JSON.stringify({
      name: 'Deal',
      tags: [
        { id: 't1', name: 'Hot' },
        { id: 't2', name: 'New, or old' },
      ],
      about: { object: 'account', id: 'a1', name: 'Acme' },
      lines: [
        { id: 'l1', product: { id: 'p1', name: 'Desk' }, quantity: '2.00' },
        { id: 'l2', quantity: 1 },
      ],
    })}\n{"name": "Empty", "lines": [], "tags": []}`,
  );
  const blank = { name: '', 'tags.id': '', 'tags.name': '', 'about.id': '', 'about.name': '' };
  const noLine = { 'lines.id': '', 'lines.product.id': '', 'lines.product.name': '', 'lines.quantity': '' };
  expect(named).toEqual([
    {
      name: 'Deal',
      'tags.id': 't1; t2',
      'tags.name': 'Hot; New, or old',
      'about.id': 'account/a1',
      'about.name': 'Acme',
      'lines.id': 'l1',
      'lines.product.id': 'p1',
      'lines.product.name': 'Desk',
      'lines.quantity': '2.00',
    },
    { ...blank, ...noLine, 'lines.id': 'l2', 'lines.quantity': '1' },
    { ...blank, ...noLine, name: 'Empty' },
  ]);
});

test('numbers keep all their digits and are told from texts', async () => {
  const { rows } = await read(
    '{"a": 12345678901234567890.123456789, "b": "1.500", "c": 1e21, "d": -0.0000001, "e": "x 12345678901234567890 \\" 1"}',
  );
  expect(rows[0]!.cells).toEqual([
    '12345678901234567890.123456789',
    '1.500',
    '1000000000000000000000',
    '-0.0000001',
    'x 12345678901234567890 " 1',
  ]);
  expect([...rows[0]!.numbers!]).toEqual([0, 2, 3]);
});

test('a broken record costs only itself, and names its line', async () => {
  const lines = await read('{"a": 1}\n\n{"a": \n[1]\n"text"\n{"a": 2}\n');
  expect(lines.rows.map(({ cells, damage }) => (damage ? null : cells[0]))).toEqual([
    '1',
    null,
    null,
    null,
    '2',
  ]);
  expect(lines.damage).toEqual([
    { code: 'notARecord', params: { line: 3, fault: expect.any(String) } },
    { code: 'notARecord', params: { line: 4, fault: expect.any(String) } },
    { code: 'notARecord', params: { line: 5, fault: expect.any(String) } },
  ]);
  const list = await read('[\n  {"a": 1},\n  {"a": tru},\n\n  {"a": 2},\n  {"a": 3}\n]');
  expect(list.damage).toEqual([{ code: 'notARecord', params: { line: 3, fault: expect.any(String) } }]);
  expect(list.rows.map(({ cells, damage }) => (damage ? null : cells[0]))).toEqual(['1', null, '2', '3']);
});

test.each([
  ['an empty list', '[]', 'no records'],
  ['an object over several lines', '{\n  "a": 1\n}\n', 'on one line'],
  [
    'more members than a table has columns',
    JSON.stringify([Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`m${n}`, 1]))]),
    '2000',
  ],
  ['a list without an end', '[\n{"a": 1},\n{"a": 2}\n', 'in line 4'],
  ['a record without an end', `[{"a": "${'x'.repeat(4_100_000)}`, 'never closed'],
])('%s is refused with what it is', async (_, text, said) => {
  await expect(read(text, 1_000_000)).rejects.toThrow(said);
});

test('members called like those of prototypes are columns like others', async () => {
  const { columns, named } = await read(
    '{"__proto__": {"a": 1}, "constructor": "c", "toString": {"valueOf": 2}}',
  );
  expect(columns).toEqual(['__proto__.a', 'constructor', 'toString.valueOf']);
  expect(named[0]).toEqual({ '__proto__.a': '1', constructor: 'c', 'toString.valueOf': '2' });
});

test('texts of any kind come back as they were, wherever the file is cut', async () => {
  const value = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\uffff'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 1 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (texts, isList, size) => {
        const records = texts.map((text) => ({ text, at: 0 }));
        const file = isList
          ? JSON.stringify(records)
          : records.map((record) => JSON.stringify(record)).join('\n');
        expect((await read(file, size)).named.map(({ text }) => text)).toEqual(texts);
      },
    ),
  );
});
