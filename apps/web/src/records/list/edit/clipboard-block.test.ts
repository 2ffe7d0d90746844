import { expect, it } from 'vitest';
import { readBlock, writeBlock } from './clipboard-block';

it('a block from a spreadsheet is read by rows and columns', () => {
  expect(readBlock('a\tb\r\nc\t\r\n')).toEqual([
    ['a', 'b'],
    ['c', ''],
  ]);
  expect(readBlock('single')).toEqual([['single']]);
  expect(readBlock('')).toEqual([['']]);
});

it('quotes hold tabs, line breaks and quotes together', () => {
  expect(readBlock('"two\nlines"\t"say ""hi"""\n5" pipe\tx')).toEqual([
    ['two\nlines', 'say "hi"'],
    ['5" pipe', 'x'],
  ]);
});

it('what is copied is read back', () => {
  const block = [
    ['plain', 'tab\there', 'say "hi"'],
    ['', 'two\nlines', 'z'],
  ];
  expect(readBlock(writeBlock(block))).toEqual(block);
});
