import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { expiryOf, LINK_MINUTES, type LinkHolder, SignedLinks } from './index.js';

const root = randomBytes(32);
const links = new SignedLinks({
  stable: (purpose, salt = '') => Buffer.concat([root, Buffer.from(purpose + salt)]),
});
const holder: LinkHolder = {
  tenantId: randomUUID(),
  kind: 'member',
  actorId: randomUUID(),
  identityId: randomUUID(),
  sessionId: randomUUID(),
};
const target = { purpose: 'file', id: randomUUID() };

test('a link names its holder until it expires', () => {
  const now = Date.now();
  const link = links.sign(target, holder, now);
  expect(links.open(target, link, now)).toEqual(holder);
  expect(links.open(target, link, expiryOf(now) - 1)).toEqual(holder);
  expect(links.open(target, link, now + LINK_MINUTES * 60_000)).toBe('expired');
});

test('a link opens nothing else, and nothing once it was altered', () => {
  const link = links.sign(target, holder);
  expect(links.open({ ...target, id: randomUUID() }, link)).toBeUndefined();
  expect(links.open({ ...target, purpose: 'export' }, link)).toBeUndefined();
  expect(links.open(target, `x${link}`)).toBeUndefined();
  expect(links.open(target, link.slice(0, -2))).toBeUndefined();
  expect(links.open(target, '')).toBeUndefined();
  expect(links.open(target, 'none')).toBeUndefined();
});
