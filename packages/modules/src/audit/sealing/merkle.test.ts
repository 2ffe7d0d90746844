import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafHash, merkleRoot } from './merkle.js';
import { packEntries, unpackEntries } from './seal-entries.js';

/** Leaves and roots of the test vectors that Certificate Transparency implementations share (RFC 6962 §2.1). */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test.each(ROOTS.map((root, i) => [i + 1, root] as const))(
  'the tree of %i leaves has its known root',
  (size, root) => {
    const leaves = LEAVES.slice(0, size).map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(merkleRoot(leaves).toString('hex')).toBe(root);
  },
);

test('a tree without leaves is refused', () => {
  expect(() => merkleRoot([])).toThrow(RangeError);
});

test('two leaves that equal a node are not mistaken for that node', () => {
  const [a, b] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
  expect(leafHash(Buffer.concat([a, b]))).not.toEqual(merkleRoot([a, b]));
});

const entry = fc.record({
  position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  eventId: fc.uuid(),
  leaf: fc.string().map((text) => createHash('sha256').update(text).digest()),
});

test('entries survive packing and unpacking', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      expect(unpackEntries(packEntries(entries))).toEqual(entries);
    }),
  );
});

test('bytes that are not entries are refused', () => {
  expect(() => unpackEntries(Buffer.alloc(57))).toThrow(RangeError);
});
