import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { ByteSniffer, encodingNamed } from './byte-sniffing.js';
import { CsvParser, parseCsv } from './csv-parser.js';
import { detectDelimiter } from './delimiter.js';
import { columnNames } from './header.js';
import { Utf8Decoder, withoutMarks } from './utf8-decoder.js';
import { openTable, raggedness, sniffTable, type TableRow, type TableSource } from './table-file.js';

const sniff = (bytes: Buffer) => {
  const sniffer = new ByteSniffer();
  for (let at = 0; at < bytes.length; at += 7) sniffer.push(bytes.subarray(at, at + 7));
  return sniffer.result();
};
const source = (bytes: Buffer): TableSource => ({
  size: bytes.length,
  read: async (range) =>
    Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes], { objectMode: false }),
});
async function read(bytes: Buffer | string, overrides = {}) {
  const from = source(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  const dialect = await sniffTable(from, overrides);
  const table = await openTable(from, dialect);
  const rows: TableRow[] = [];
  for await (const chunk of table.rows) rows.push(...chunk);
  return { dialect, columns: table.columns, rows, cells: rows.map((r) => r.cells) };
}

describe('csv', () => {
  const cells = (text: string, delimiter = ',') => parseCsv(text, delimiter).map((r) => r.cells);

  test.each([
    [
      'commas in quotes',
      'a,b\n"x, y",1\n',
      [
        ['a', 'b'],
        ['x, y', '1'],
      ],
    ],
    ['doubled quotes', 'a\n"say ""hi"""\n', [['a'], ['say "hi"']]],
    [
      'line breaks in quotes',
      'a,b\r\n"1\r\n2",3\r\n',
      [
        ['a', 'b'],
        ['1\r\n2', '3'],
      ],
    ],
    [
      'empty cells',
      'a,b,c\n,"",\n',
      [
        ['a', 'b', 'c'],
        ['', '', ''],
      ],
    ],
    [
      'no final line end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'old line ends',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'JSON in a cell',
      'k,v\n1,"{""type"": ""Point"", ""at"": [1, 2]}"\n',
      [
        ['k', 'v'],
        ['1', '{"type": "Point", "at": [1, 2]}'],
      ],
    ],
    [
      'letters of all kinds',
      'a,b\n1,ʤ\n2,日本\n',
      [
        ['a', 'b'],
        ['1', 'ʤ'],
        ['2', '日本'],
      ],
    ],
    [
      'quotes inside of plain text',
      'a,b\n5" pipe,x\n',
      [
        ['a', 'b'],
        ['5" pipe', 'x'],
      ],
    ],
    [
      'a name in quotes with more behind it',
      'a,b\n"Acme" Inc,x\n',
      [
        ['a', 'b'],
        ['"Acme" Inc', 'x'],
      ],
    ],
    [
      'quotes that were not doubled',
      'a,b\n"He said "hi" to me",x\n',
      [
        ['a', 'b'],
        ['He said "hi" to me', 'x'],
      ],
    ],
    [
      'blanks around quotes',
      'a,b\n "x, y" , z\n',
      [
        ['a', 'b'],
        ['x, y', ' z'],
      ],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  test('returns what was written, wherever the pieces are cut', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'é') }),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        fc.integer({ min: 1, max: 9 }),
        (rows, delimiter, size) => {
          const text = stringify(rows, { delimiter, quoted: true, quoted_empty: true });
          const parser = new CsvParser(delimiter);
          const records = [];
          for (let at = 0; at < text.length; at += size)
            records.push(...parser.push(text.slice(at, at + size)));
          records.push(...parser.end());
          expect(records.map((r) => r.cells)).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a quote that is never closed affects only its own line', () => {
    const text = 'id,name\n1,"Acme\n2,"Beta, Inc"\n3,Gamma\n';
    const records = parseCsv(text, ',');
    expect(records.map((r) => r.cells)).toEqual([
      ['id', 'name'],
      ['1,"Acme'],
      ['2', 'Beta, Inc'],
      ['3', 'Gamma'],
    ]);
    expect(records[1]!.damage).toEqual({ code: 'quoteNotClosed', params: {} });
    const last = parseCsv('id\n"never', ',');
    expect(last[1]).toMatchObject({ cells: ['"never'], damage: expect.any(Object) });
  });

  // Searching for the delimiter to the end of the file in each line would exceed the time limit of a test.
  test('hundreds of thousands of lines without any delimiter take linear time', () => {
    expect(parseCsv('x\n'.repeat(300_000), ',')).toHaveLength(300_000);
  });

  test('a line of quotes that do not end a cell is scanned once, not for each of them', () => {
    const { length } = parseCsv(`id\n"a${'"b'.repeat(200_000)}"\n`, ',');
    expect(length).toBe(2);
  });

  test('a file of nothing but commas is refused, from its first bytes on', async () => {
    await expect(read(','.repeat(200_000))).rejects.toThrow('tens of thousands of cells');
  });

  // To read a line again with each piece, or to its end for each cell, would take minutes.
  test.each([
    ['quotes that end no cell, in many cells', `id\n${'"a"b,'.repeat(45_000)}x\n`],
    ['cells without end', `id\n${','.repeat(5_000_000)}`],
    ['quotes without end', '"'.repeat(3_900_000)],
  ])('a line of %s, in pieces, costs no more than its length', (_, text) => {
    const parser = new CsvParser(',');
    const feed = () => {
      for (let at = 0; at < text.length; at += 16_384) parser.push(text.slice(at, at + 16_384));
      parser.end();
    };
    if (text.length > 4_000_000) expect(feed).toThrow('more than 50000 cells');
    else feed();
  });

  test('a quote that is never closed lets other work run while the rest is read', async () => {
    const text = `id,name\n1,"Acme\n${'2,Beta Inc\n'.repeat(200_000)}`;
    const from = source(Buffer.from(text));
    const table = await openTable(from, await sniffTable(from));
    let most = 0;
    for await (const rows of table.rows) most = Math.max(most, rows.length);
    // A megabyte is buffered until the quote is known to be unclosed; then it is passed on in pieces.
    expect(most).toBeLessThanOrEqual(500);
  });
});

describe('bytes', () => {
  const text = 'name,city\nMüller,Zürich\n';
  test.each([
    ['utf-8', Buffer.from(text), false],
    ['utf-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), true],
    ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode(text, 'utf-16le')]), true],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), iconv.encode(text, 'utf-16be')]), true],
    ['utf-16le', iconv.encode(text, 'utf-16le'), false],
    ['utf-16be', iconv.encode(text, 'utf-16be'), false],
    ['iso-8859-1', iconv.encode(text, 'latin1'), false],
    ['windows-1252', iconv.encode('name,price\nMüller,5 €\n', 'windows-1252'), false],
  ])('are known as %s', async (encoding, bytes, bom) => {
    expect(sniff(bytes)).toEqual({ kind: 'text', encoding, bom });
    const { columns, cells } = await read(bytes);
    expect(columns[0]).toBe('name');
    expect(cells[0]![0]).toBe('Müller');
  });

  test.each([
    ['an image', Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.alloc(100)]), 'PNG'],
    ['a PDF', Buffer.from('%PDF-1.7 …'), 'PDF'],
    ['random bytes', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 37) % 256)), 'NUL'],
    ['text with a NUL', Buffer.from('a,b\n1,\u0000\n'), 'NUL'],
    ['a web page', Buffer.from('<!DOCTYPE html><html></html>'), 'HTML'],
    ['nothing', Buffer.alloc(0), 'empty'],
    ['a zip of something else', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(200)]), 'archive'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), '.xls'],
  ])('%s is refused with what it is', async (_, bytes, said) => {
    await expect(read(bytes)).rejects.toThrow(said);
  });

  test('one byte near the end makes a file Latin-1, and UTF-8 is then refused', async () => {
    const bytes = Buffer.concat([
      Buffer.from('name\n' + 'plain\n'.repeat(50_000)),
      iconv.encode('Müller\n', 'latin1'),
    ]);
    expect((await read(bytes)).rows.at(-1)!.cells).toEqual(['Müller']);
    await expect(read(bytes, { encoding: 'utf-8' })).rejects.toThrow("isn't valid UTF-8");
  });

  test('a row in another encoding is damaged, and the others keep their letters', async () => {
    const bytes = Buffer.concat([
      Buffer.from('name,city\nMüller,Zürich\nŽižka,日本\n'),
      iconv.encode('Böhm,Köln €\n', 'windows-1252'),
      Buffer.from('Ørsted,Århus\n'),
    ]);
    const { dialect, rows } = await read(bytes);
    expect(dialect).toMatchObject({ encoding: 'utf-8' });
    expect(rows.map((r) => r.cells)).toEqual([
      ['Müller', 'Zürich'],
      ['Žižka', '日本'],
      ['Böhm', 'Köln €'],
      ['Ørsted', 'Århus'],
    ]);
    expect(rows.map((r) => r.damage !== undefined)).toEqual([false, false, true, false]);
    expect(raggedness(rows[2]!, 2)).toMatchObject({ code: 'otherEncoding' });
    // Wherever the pieces are cut.
    const decoder = new Utf8Decoder();
    let text = '';
    for (let at = 0; at < bytes.length; at++) text += decoder.write(bytes.subarray(at, at + 1));
    expect(withoutMarks(text + decoder.end())).toBe(
      'name,city\nMüller,Zürich\nŽižka,日本\nBöhm,Köln €\nØrsted,Århus\n',
    );
  });

  test('a row of UTF-8 in a single-byte file is damaged, and so is one with bytes that are not letters', async () => {
    const latin = (text: string) => iconv.encode(text, 'windows-1252');
    const bytes = Buffer.concat([
      latin('name;city\nMüller;Köln\nBöhm;Zürich\nGöß;5 €\n'),
      Buffer.from('Žižka;Plzeň\nPlain;Ascii\n'),
      latin('Jäger;Nürnberg\n'),
      iconv.encode('Grün;Ulm\n', 'cp850'),
    ]);
    const { dialect, rows } = await read(bytes);
    expect(dialect).toMatchObject({ encoding: 'windows-1252' });
    expect(rows.slice(0, 6).map((r) => r.cells)).toEqual([
      ['Müller', 'Köln'],
      ['Böhm', 'Zürich'],
      ['Göß', '5 €'],
      ['Žižka', 'Plzeň'],
      ['Plain', 'Ascii'],
      ['Jäger', 'Nürnberg'],
    ]);
    expect(rows.map((r) => r.damage !== undefined)).toEqual([false, false, false, true, false, false, true]);
    expect(raggedness(rows[3]!, 2)).toMatchObject({ code: 'otherEncodingUtf8' });
    expect(raggedness(rows[6]!, 2)).toMatchObject({ code: 'unknownCharacters' });
  });

  test('a file with a byte order mark stays UTF-8, and the mark is remembered', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffname\n'), iconv.encode('Müller\n', 'latin1')]);
    const { dialect, columns, rows } = await read(bytes);
    expect(dialect).toEqual({ format: 'csv', encoding: 'utf-8', delimiter: ',', bom: true });
    expect([columns, rows[0]!.cells, rows[0]!.damage !== undefined]).toEqual([['name'], ['Müller'], true]);
  });

  test('encodings are recognised by the names that people use', () => {
    expect([
      encodingNamed('UTF8'),
      encodingNamed('Latin1'),
      encodingNamed('cp1252'),
      encodingNamed('klingon'),
    ]).toEqual(['utf-8', 'iso-8859-1', 'windows-1252', undefined]);
  });
});

test.each([
  [',', 'a,b,c\n1,2,3\n4,5,6\n'],
  [';', 'name;price;note\n"a;b";1,5;x, y, z\nc;2,5;\n'],
  ['\t', 'a\tb, c\n1\t2, 3\n'],
  ['|', 'a|b|c\n1|2|3,4\n'],
  [',', 'only\none\ncolumn\n'],
  [';', 'sep=;\na;b\n1;2\n'],
])('finds the delimiter %j', (delimiter, text) => {
  expect(detectDelimiter(text)).toBe(delimiter);
});

describe('table', () => {
  test('names empty and duplicate columns, skips blank lines and a sep= line', async () => {
    const { columns, rows } = await read('sep=;\n\n name ;;name\nx;1;2\n\n;;\ny;3;4\n');
    expect(columns).toEqual(['name', 'Column 2', 'name (2)']);
    expect(rows.map((r) => [r.row, r.cells[0]])).toEqual([
      [2, 'x'],
      [3, 'y'],
    ]);
    expect(columnNames(['a', 'a (2)', 'a'])).toEqual(['a', 'a (2)', 'a (3)']);
    expect(columnNames(['__proto__', 'constructor', 'toString'])).toEqual([
      '__proto__ (2)',
      'constructor',
      'toString',
    ]);
  });

  test('removes the guards that our own files have, and only those', async () => {
    const text = "'=name,note\n'=1+1,'tis\n''=x,'+49 (0)30 1\n\"'-2+3\",'5\n";
    const { columns, cells } = await read(text);
    expect(columns).toEqual(['=name', 'note']);
    expect(cells).toEqual([
      ['=1+1', "'tis"],
      ["'=x", '+49 (0)30 1'],
      ['-2+3', "'5"],
    ]);
  });

  test('reads a thousand columns and refuses three thousand', async () => {
    const wide = (n: number) =>
      `${Array.from({ length: n }, (_, i) => `c${i}`).join(',')}\n${Array.from({ length: n }, (_, i) => i).join(',')}\n`;
    const { columns, cells } = await read(wide(1000));
    expect([columns.length, cells[0]!.at(-1)]).toEqual([1000, '999']);
    await expect(read(wide(3000))).rejects.toThrow('3000 columns');
  });

  test('says why a row does not fit the header', () => {
    expect(raggedness({ row: 2, cells: ['1'] }, 2)).toBeUndefined();
    expect(raggedness({ row: 2, cells: ['1', '2', 'x'] }, 2)).toMatchObject({
      code: 'tooManyCells',
      params: { cells: 3, columns: 2 },
    });
    expect(raggedness({ row: 2, cells: ['1', '2', '', ' '] }, 2)).toBeUndefined();
  });

  test('a workbook whose parts are larger than declared is refused before they fill the memory', async () => {
    const sheet = [[{ value: 'name' }], [{ value: 'A'.repeat(1_000_000) }]];
    const bytes = (await writeXlsxFile(sheet as never, { buffer: true } as never)) as unknown as Buffer;
    const forged = Buffer.from(bytes);
    let parts = 0;
    for (let at = forged.indexOf('PK\u0001\u0002'); at >= 0; at = forged.indexOf('PK\u0001\u0002', at + 4)) {
      forged.writeUInt32LE(10, at + 24);
      parts++;
    }
    expect(parts).toBeGreaterThan(3);
    await expect(read(forged)).rejects.toThrow('damaged archive');
    expect((await read(bytes)).cells[0]![0]).toHaveLength(1_000_000);
  });

  test('reads the chosen sheet of a workbook: texts byte for byte, dates in ISO form, numbers as they are', async () => {
    const day = new Date(Date.UTC(2017, 2, 1));
    const sheet = [
      [{ value: 'name' }, { value: 'closed' }, { value: 'amount' }, { value: 'won' }],
      [
        { value: ' Acme ' },
        { value: day, format: 'yyyy-mm-dd' },
        { value: 1054.25 },
        { value: true, type: Boolean },
      ],
      [{ value: '=1+1' }, null, { value: 7 }, null],
    ];
    const bytes = (await writeXlsxFile(
      [sheet, [[{ value: 'other' }]]] as never,
      { buffer: true, sheets: ['Deals', 'Rest'] } as never,
    )) as unknown as Buffer;
    const first = await read(bytes);
    expect(first.dialect).toEqual({ format: 'xlsx', sheet: 'Deals', sheets: ['Deals', 'Rest'] });
    expect(first.cells).toEqual([
      [' Acme ', '2017-03-01', '1054.25', 'true'],
      ['=1+1', '', '7', ''],
    ]);
    expect((await read(bytes, { sheet: 'Rest' })).columns).toEqual(['other']);
    await expect(read(bytes, { sheet: 'None' })).rejects.toThrow('It has: Deals, Rest');
  });
});
