import { describe, expect, it } from 'vitest';
import { mended } from './formula-check';

const isName = (name: string) => ['account', 'amount', 'custom.size'].includes(name);

describe('a suggested name', () => {
  it.each([
    ['amont * 2', 'amont', 'amount', 'amount * 2'],
    ['1 + account.revenu', 'account.revenu', 'revenue', '1 + account.revenue'],
    ['acount.revenue', 'acount.revenue', 'account', 'account.revenue'],
    ['custom.sise + 1', 'custom.sise', 'custom.size', 'custom.size + 1'],
    ['account.custom.sise', 'account.custom.sise', 'custom.size', 'account.custom.size'],
    ['custom["sise"]', 'custom["sise"]', 'custom.size', undefined],
  ])('mends "%s"', (formula, wrong, suggestion, better) => {
    const start = formula.indexOf(wrong);
    const mistake = { message: '', start, end: start + wrong.length, suggestion };
    expect(mended(formula, mistake, isName)).toBe(better);
  });
});
