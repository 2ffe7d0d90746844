import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openTable, raggedness, sniffTable, type TableRow, type TableSource } from './table-file.js';
import { formattedNumber, numberFormat, serialText } from './xlsx-numbers.js';

const MB = 1024 * 1024;

/** Creates a zip archive as spreadsheet programs write it. */
function zip(parts: Record<string, string | Buffer>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const empty = deflateRawSync('');
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content as string);
    const packed = bytes.length ? deflateRawSync(bytes, { level: 1 }) : empty;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const file = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const entry = Buffer.alloc(46);
    entry.write('PK\u0001\u0002');
    common.copy(entry, 6);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, Buffer.from(name));
    files.push(file);
    at += file.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...directory, end]);
}

interface Made {
  rows: string;
  texts?: string;
  styles?: string;
  workbookPr?: string;
}

const workbook = (made: Made): Buffer => zip(partsOf(made));

function partsOf({ rows, texts = '', styles = '', workbookPr = '' }: Made): Record<string, string> {
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return {
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns:r="${relations}">${workbookPr}<sheets><sheet name="Chart" sheetId="9" r:id="rId7"/><sheet name="Deals &amp; more" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId7" Type="${relations}/chartsheet" Target="chartsheets/sheet1.xml"/><Relationship Id="rId1" Type="${relations}/worksheet" Target="/xl/worksheets/deals.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<sst>${texts}</sst>`,
    'xl/styles.xml': `<styleSheet>${styles}</styleSheet>`,
    'xl/worksheets/deals.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
  };
}

/** Serves a buffer in pieces, as the storage does, and records whether it was closed. */
function source(bytes: Buffer): TableSource & { open: Set<Readable> } {
  const open = new Set<Readable>();
  return {
    size: bytes.length,
    open,
    read: async (range) => {
      const part = range ? bytes.subarray(range.start, range.end + 1) : bytes;
      let at = 0;
      const stream = new Readable({
        highWaterMark: 16_384,
        read() {
          this.push(at < part.length ? part.subarray(at, at + 16_384) : null);
          at += 16_384;
        },
      });
      open.add(stream);
      stream.once('close', () => open.delete(stream));
      return stream;
    },
  };
}

async function read(bytes: Buffer) {
  const from = source(bytes);
  const table = await openTable(from, await sniffTable(from));
  const rows: TableRow[] = [];
  for await (const chunk of table.rows) rows.push(...chunk);
  return { columns: table.columns, rows, cells: rows.map((r) => r.cells) };
}

const inline = (text: string, at = '') => `<c ${at && `r="${at}"`} t="inlineStr"><is><t>${text}</t></is></c>`;

test('cells of every kind are read as people see them', async () => {
  const styles =
    '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="&quot;days: &quot;0"/><numFmt numFmtId="166" formatCode="[Red]0.00"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="20"/></cellXfs>';
  const texts =
    '<si><t>Header</t></si><si><r><rPr><b/></rPr><t>Rich </t></r><r><t xml:space="preserve">text </t></r><rPh><t>reading</t></rPh></si><si><t>two_x000D_lines</t></si>';
  const kinds = [
    '<c t="s"><v>1</v></c>',
    '<c t="s"><v>2</v></c>',
    inline(' in &lt;line&gt; '),
    '<c t="str"><f>A1&amp;"x"</f><v>formula</v></c>',
    '<c t="b"><v>1</v></c>',
    '<c t="e"><v>#N/A</v></c>',
    '<c t="d"><v>2017-03-01T00:00:00</v></c>',
    '<c><v>0.30000000000000004</v></c>',
    '<c s="1"><v>42795</v></c>',
    '<c s="2"><v>42795.604166666664</v></c>',
    '<c s="3"><v>42795</v></c>',
    '<c s="4"><v>12.5</v></c>',
    '<c s="5"><v>0.5</v></c>',
  ];
  const header = kinds.map((_, i) => `<c t="inlineStr"><is><t>c${i}</t></is></c>`).join('');
  const { cells } = await read(
    workbook({ rows: `<row>${header}</row><row r="7">${kinds.join('')}</row>`, texts, styles }),
  );
  expect(cells).toEqual([
    [
      'Rich text ',
      'two\rlines',
      ' in <line> ',
      'formula',
      'true',
      '#N/A',
      '2017-03-01',
      '0.3',
      '2017-03-01',
      '2017-03-01T14:30:00',
      '42795',
      '12.5',
      '12:00:00',
    ],
  ]);
});

test.each([
  ['0', false, '1899-12-31'],
  ['1', false, '1900-01-01'],
  ['59', false, '1900-02-28'],
  ['61', false, '1900-03-01'],
  ['0', true, '1904-01-01'],
  ['41333', true, '2017-03-01'],
  ['2958465.999', false, '9999-12-31T23:58:34'],
  ['2958467', false, '2958467'],
  ['-1', false, '-1'],
])('the serial number %s (calendar of 1904: %s) is %s', (serial, is1904, text) => {
  expect(serialText(serial, is1904)).toBe(text);
});

test.each([
  ['General', false],
  ['0.00E+00', false],
  ['#,##0.00 "days"', false],
  ['[$-409]d-mmm-yy;@', true],
  ['[h]:mm:ss', true],
  ['[Red]-0', false],
])('the number format %s shows a date: %s', (code, isDate) => {
  expect(numberFormat(170, code).isDate).toBe(isDate);
});

test.each([
  ['0%', '0.5', '50%'],
  ['0.00%', '0.075', '7.5%'],
  ['00000', '1067', '01067'],
  ['00000', '-42', '-00042'],
  ['"$"#,##0.00', '1250.5', '$ 1250.5'],
  ['\\$#,##0', '3', '$ 3'],
  ['[$€-407] #,##0.00', '800', '€ 800'],
  ['#,##0.00\\ [$€-407]', '800', '€ 800'],
  ['[$$-1009]#,##0.00', '5', 'CAD 5'],
  ['_-* #,##0.00\\ "kr"_-;-* #,##0.00\\ "kr"_-', '12', 'kr 12'],
  ['[$JPY] #,##0', '90000', 'JPY 90000'],
  ['"days: "0', '3', '3'],
  ['0.00" h"', '1.5', '1.5'],
  ['#,##0.00;[Red]-#,##0.00', '1.5', '1.5'],
  ['[$-409]0', '7', '7'],
])('a cell of format %s that holds %s is read as %s', (code, raw, text) => {
  expect(formattedNumber(raw, numberFormat(170, code))).toBe(text);
});

test('an archive of thousands of parts is refused before they are unpacked', async () => {
  const parts = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`xl/media/${n}.png`, '']));
  await expect(read(zip(parts))).rejects.toThrow('more than 10000 parts');
});

test('parts that no sheet needs are not unpacked', async () => {
  const rows = `<row>${inline('a')}</row><row>${inline('1')}</row>`;
  const bytes = zip({ ...partsOf({ rows }), 'xl/unused.bin': 'x'.repeat(1000) });
  // Declares a wrong size.
  bytes.writeUInt32LE(10, bytes.lastIndexOf('xl/unused.bin') - 46 + 24);
  expect((await read(bytes)).cells).toEqual([['1']]);
});

test('a workbook may choose the 1904 calendar', async () => {
  const rows = `<row>${inline('day')}</row><row><c s="1"><v>41333</v></c></row>`;
  const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>';
  expect((await read(workbook({ rows, styles, workbookPr: '<workbookPr date1904="1"/>' }))).cells).toEqual([
    ['2017-03-01'],
  ]);
});

test('names of elements may have prefixes, and cells may be anywhere', async () => {
  const x = (text: string) => text.replaceAll('<', '<x:').replaceAll('<x:/', '</x:');
  const rows = `<row>${inline('a', 'A1')}${inline('c', 'C1')}</row><row>${inline('3', 'C2')}${inline('1', 'A2')}</row>`;
  const plain = await read(workbook({ rows }));
  expect([plain.columns, plain.cells]).toEqual([['a', 'Column 2', 'c'], [['1', '', '3']]]);
  const prefixed = await read(workbook({ rows: x(rows) }));
  expect(prefixed.cells).toEqual(plain.cells);
});

test('text without a header in the first rows becomes a column; further down it fails its row', async () => {
  const row = (n: number) => `<row>${inline(`n${n}`)}${n === 5 || n === 3000 ? inline('a note') : ''}</row>`;
  const early = await read(workbook({ rows: [0, 5, 6].map(row).join('') }));
  expect([early.columns, early.cells]).toEqual([
    ['n0', 'Column 2'],
    [
      ['n5', 'a note'],
      ['n6', ''],
    ],
  ]);
  const rows = Array.from({ length: 4000 }, (_, n) => row(n === 5 ? 4 : n)).join('');
  const late = await read(workbook({ rows }));
  expect([late.columns, late.rows.length]).toEqual([['n0'], 3999]);
  expect(late.rows.filter((r) => raggedness(r, 1)).map((r) => [r.row, r.damage])).toEqual([
    [3001, expect.objectContaining({ code: 'beyondLastColumn', params: { letters: 'B' } })],
  ]);
});

/** Frees unreferenced memory, so that only what is held remains, however lazy the collector is. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Returns the peak memory, in MB, that is held during the work, beyond what was held before it.
 * @param work calls `look` where memory is to be measured; few times, since each call runs the garbage collector
 */
async function growth(work: (look: () => void) => Promise<unknown>): Promise<number> {
  const held = () => {
    // The memory of buffers is freed in the background after a collection. The next one waits for that.
    collect();
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const before = held();
  const looks: number[] = [];
  await work(() => looks.push(held() - before));
  expect(looks.length).toBeGreaterThan(1);
  return Math.max(...looks) / MB;
}

test('a workbook much larger than what is held in memory is read row by row', async () => {
  const length = 150_000;
  const rows = Array.from(
    { length },
    (_, n) => `<row r="${n + 1}">${inline(`name ${n}`)}<c><v>${n}</v></c><c t="s"><v>0</v></c></row>`,
  ).join('');
  const bytes = workbook({ rows, texts: '<si><t>text</t></si>' });
  const from = source(bytes);
  const dialect = await sniffTable(from);
  let count = 0;
  let last: TableRow | undefined;
  const shares = new Set<number>();
  const grown = await growth(async (look) => {
    const table = await openTable(from, dialect);
    for await (const chunk of table.rows) {
      count += chunk.length;
      last = chunk.at(-1) ?? last;
      const share = Math.floor((10 * table.consumed()) / from.size);
      if (!shares.has(share)) look();
      shares.add(share);
    }
  });
  expect([count, last!.cells]).toEqual([length - 1, [`name ${length - 1}`, String(length - 1), 'text']]);
  // As a tree of objects it would take several hundred megabytes.
  expect(grown).toBeLessThan(20);
  expect(shares.size).toBeGreaterThan(5);
});

test('a long text that many cells refer to is held once, and a row with too many of them is refused', async () => {
  const texts = `<si><t>${'x'.repeat(MB)}</t></si>`;
  const cell = '<c t="s"><v>0</v></c>';
  const many = workbook({ rows: `<row>${inline('a')}</row>${`<row>${cell}</row>`.repeat(2_000)}`, texts });
  const grown = await growth(async (look) => {
    const from = source(many);
    for await (const chunk of (await openTable(from, await sniffTable(from))).rows) {
      for (const { cells } of chunk) expect(cells[0]).toHaveLength(MB);
      look();
    }
  });
  expect(grown).toBeLessThan(20);
  await expect(read(workbook({ rows: `<row>${cell.repeat(5)}</row>`, texts }))).rejects.toThrow(
    'a row of several million characters',
  );
});

test('more distinct texts than can be held are refused with a solution', async () => {
  const texts = Array.from({ length: 70 }, (_, n) => `<si><t>${n}${'y'.repeat(MB)}</t></si>`).join('');
  await expect(read(workbook({ rows: `<row>${inline('a')}</row>`, texts }))).rejects.toThrow(
    'more than 64 MB of different texts. Save the sheet as CSV',
  );
});

test.each([
  ['a text without end', { rows: `<row>${inline('z'.repeat(5 * MB))}</row>` }, 'several million characters'],
  [
    'a column no spreadsheet has',
    { rows: `<row>${inline('a', 'ZZZ1')}</row>` },
    "The workbook can't be read",
  ],
  ['a text that is not there', { rows: '<row><c t="s"><v>3</v></c></row>' }, "The workbook can't be read"],
  ['XML that breaks off', { rows: '<row><c>' }, "The workbook can't be read"],
])('%s is refused', async (_, made, message) => {
  await expect(read(workbook(made))).rejects.toThrow(message);
});

test('definitions that could expand without limit are refused', async () => {
  const bomb = zip({
    'xl/workbook.xml':
      '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>',
    'xl/_rels/workbook.xml.rels': '<Relationships/>',
  });
  await expect(read(bomb)).rejects.toThrow('its own definitions');
});

test('a table that is closed before its end closes the file', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, n) => `<row>${inline(createHash('sha256').update(String(n)).digest('hex'))}</row>`,
  ).join('');
  for (const bytes of [workbook({ rows }), Buffer.from(`name\n${'some text\n'.repeat(50_000)}`)]) {
    const from = source(bytes);
    const table = await openTable(from, await sniffTable(from));
    expect(from.open.size).toBe(1);
    await table.close();
    await expect.poll(() => from.open.size).toBe(0);
  }
});
