import { expect, test } from 'vitest';
import type { Membership } from './identities.repository.js';
import { chooseMembership } from './log-in.service.js';

const membership = (tenantId: string, change: Partial<Membership> = {}): Membership => ({
  tenantId,
  tenantName: tenantId,
  subdomain: `sub-${tenantId}`,
  tenantStatus: 'active',
  memberId: `m-${tenantId}`,
  memberName: 'Ann',
  memberStatus: 'active',
  requiresSecondFactor: false,
  ...change,
});
const chosen = (all: Membership[], wanted: string[], last: string | null) => {
  try {
    return chooseMembership(all, wanted, last).tenantId;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('the named company opens, else the last used, else the first that is open', () => {
  const all = [membership('a'), membership('b'), membership('c')];
  expect(chosen(all, ['SUB-B'], 'c')).toBe('b');
  expect(chosen(all, ['b', 'sub-b'], 'c')).toBe('b');
  expect(chosen(all, [], 'c')).toBe('c');
  expect(chosen(all, [], null)).toBe('a');
  expect(chosen(all, [], 'gone')).toBe('a');
});

test('two names of different companies, or of one without a membership, open nothing', () => {
  const all = [membership('a'), membership('b', { memberStatus: 'inactive' })];
  expect(chosen(all, ['a', 'sub-b'], null)).toBe('notFound');
  expect(chosen(all, ['b'], null)).toBe('notFound');
  expect(chosen(all, ['z'], null)).toBe('notFound');
});

test('suspended companies are skipped unless they are named or the only ones', () => {
  const suspended = membership('a', { tenantStatus: 'suspended' });
  expect(chosen([suspended, membership('b')], [], 'a')).toBe('b');
  expect(chosen([suspended, membership('b')], ['a'], 'b')).toBe('tenantSuspended');
  expect(chosen([suspended], [], null)).toBe('tenantSuspended');
  expect(chosen([], [], null)).toBe('noCompany');
});
