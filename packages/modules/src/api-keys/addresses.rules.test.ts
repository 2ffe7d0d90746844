import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithin, readBlock } from './addresses.rules.js';

const block = (text: string) => {
  const read = readBlock(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.block;
};
const within = (address: string, ...blocks: string[]) => isWithin(address, blocks.map(block));

const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));
const ipv6 = fc.ipV6().filter((text) => !/^(?:0+:)*:?:?ffff:/i.test(text) && !text.includes('.'));

test('an address is in exactly the blocks that Node says it is in', () => {
  const within4 = fc.property(ipv4, ipv4, fc.integer({ min: 1, max: 32 }), (address, base, prefix) => {
    const list = new BlockList();
    list.addSubnet(base, prefix, 'ipv4');
    const network = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const start = Math.floor(network / 2 ** (32 - prefix)) * 2 ** (32 - prefix);
    const first = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join('.');
    expect(within(address, `${first}/${prefix}`)).toBe(list.check(address, 'ipv4'));
    expect(within(base, `${first}/${prefix}`)).toBe(true);
  });
  fc.assert(within4);
  const same6 = fc.property(ipv6, ipv6, (a, b) => {
    const list = new BlockList();
    list.addAddress(b, 'ipv6');
    expect(within(a, b)).toBe(list.check(a, 'ipv6'));
    expect(within(b, b)).toBe(true);
  });
  fc.assert(same6);
});

test.each([
  ['2001:db8::7', '2001:db8::/32', true],
  ['2001:db9::7', '2001:db8::/32', false],
  ['2001:db8:0:0:0:0:0:7', '2001:DB8::7', true],
  ['::ffff:192.0.2.7', '192.0.2.0/24', true],
  ['192.0.2.7', '::ffff:192.0.2.0/120', true],
  ['192.0.3.7', '::ffff:192.0.2.0/120', false],
  ['203.0.113.9', '0.0.0.0/0', true],
  ['2001:db8::1', '0.0.0.0/0', false],
  ['192.0.2.7', '::/0', false],
  ['not an address', '0.0.0.0/0', false],
  ['', '0.0.0.0/0', false],
])('%j in %s: %s', (address, text, expected) => {
  expect(within(address, text)).toBe(expected);
});

test.each([
  'example.com',
  '192.0.2',
  '192.0.2.256',
  '192.0.2.7/33',
  '192.0.2.0/',
  '192.0.2.0/24/24',
  '192.0.2.0/-1',
  '192.0.2.0/2 4',
  '192.0.2.7/24',
  '2001:db8::1/32',
  '2001:db8::/129',
  'fe80::1%eth0',
  '',
])('%j is refused with a sentence that says what to write', (text) => {
  const read = readBlock(text);
  expect('problem' in read && read.problem).toContain(`"${text}"`);
});
