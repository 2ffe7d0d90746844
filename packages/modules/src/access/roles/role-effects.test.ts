import type { AccessDirectory, Permission, Subject, TenantSnapshot } from '@pellucid/platform/access';
import { defineRecord, field, RecordAccess, RecordRegistry } from '@pellucid/platform/records';
import { expect, test } from 'vitest';
import { PermissionNumbers, reachText, seesLinks } from './role-effects.rules.js';

const texts = (key: string) => ({ key, plural: `${key}s`, label: key, pluralLabel: `${key}s`, table: key });
const registry = new RecordRegistry([
  defineRecord({ ...texts('member'), fields: [] }),
  defineRecord({ ...texts('legalEntity'), fields: [] }),
  defineRecord({ ...texts('tag'), fields: [] }),
  defineRecord({ ...texts('deal'), fields: [field.text('region', 'Region')] }),
  defineRecord({
    ...texts('note'),
    fields: [field.reference('deal', 'Deal', 'deal')],
    visibleThrough: [{ field: 'deal', see: 'read' }],
  }),
]);
const snapshot = {
  tenantId: 'one',
  settings: { zone: 'UTC', weekStart: 1, fiscalYearStartMonth: 1 },
  teams: new Map(),
  teamMembers: new Map(),
  masking: new Map(),
  definitions: new Map(),
  duplicateRules: [],
  assignment: { rules: [], territories: [] },
} as unknown as TenantSnapshot;
// The directory is used only to find the context's actor; here the subject is passed in.
const access = new RecordAccess(null as unknown as AccessDirectory, registry, {
  stable: () => Buffer.alloc(32, 1),
});

type Fields = Subject['roles'][number]['fields'];
const subject = (permissions: Permission[], fields: Fields = []): Subject => ({
  kind: 'member',
  id: 'one',
  name: 'One',
  memberId: 'one',
  teamId: null,
  legalEntityIds: [],
  roles: [{ id: 'role', key: null, name: 'role', permissions, system: [], fields }],
});
const read = (object: string, scope: Permission['scope'], more = {}): Permission => ({
  object,
  action: 'read',
  scope,
  ...more,
});
const decide = (who: Subject, object = 'note') => access.decide(object, 'read', snapshot, who);

test('a role that opens more deals opens more notes, although it says the same about notes', () => {
  const some = decide(subject([read('note', 'own'), read('deal', 'own')]));
  const all = decide(subject([read('note', 'own'), read('deal', 'all')]));
  const same = decide(subject([read('note', 'own'), read('deal', 'own')]));
  expect(reachText(some)).not.toBe(reachText(all));
  expect(reachText(some)).toBe(reachText(same));
});

test('actions that links open by different rights are counted apart', () => {
  const numbers = new PermissionNumbers();
  const who = subject([{ object: 'note', action: '*', scope: 'own' }]);
  const ways = ['read', 'update', 'delete'].map((action) => numbers.wayOf(who, 'note', action));
  expect(new Set(ways).size).toBe(3);
});

test('records that links open are counted only for those who see all that decides about the links', () => {
  const region = { condition: { field: 'region', op: 'eq', value: 'North' } };
  const changed = decide(subject([read('note', 'own'), read('deal', 'own', region)]));
  const counts = (...asker: Parameters<typeof subject>) =>
    seesLinks(changed, 'note', (object) => decide(subject(...asker), object));
  const all = [read('note', 'all'), read('deal', 'all')];
  expect(counts(all)).toBe(true);
  expect(counts([read('note', 'all'), read('deal', 'own')])).toBe(false);
  expect(counts([read('note', 'all')])).toBe(false);
  expect(counts(all, [{ object: 'deal', field: 'region', access: 'hidden' }])).toBe(false);
  expect(counts(all, [{ object: 'deal', field: 'owner', access: 'mask' }])).toBe(false);
  expect(counts(all, [{ object: 'note', field: 'deal', access: 'mask' }])).toBe(false);
});
