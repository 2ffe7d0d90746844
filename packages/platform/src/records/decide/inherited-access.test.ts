import { expect, test } from 'vitest';
import type { AccessDirectory, Permission, Subject, TenantSnapshot } from '../../access/index.js';
import { defineRecord, field } from '../describe/descriptor.js';
import { RecordRegistry } from '../describe/registry.js';
import { RecordAccess } from './record-access.js';

const shared = [field.text('owner', 'Owner')];
const texts = (key: string) => ({ key, plural: `${key}s`, label: key, pluralLabel: `${key}s`, table: key });
const registry = new RecordRegistry([
  defineRecord({ ...texts('deal'), fields: [field.date('closeDate', 'Close date')] }, shared),
  defineRecord(
    { ...texts('invoice'), fields: [], operations: { create: true, update: false, delete: true } },
    shared,
  ),
  defineRecord(
    {
      ...texts('note'),
      fields: [field.reference('deal', 'Deal', 'deal'), field.reference('invoice', 'Invoice', 'invoice')],
      visibleThrough: [
        { field: 'deal', see: 'edit' },
        { field: 'invoice', see: 'edit' },
      ],
    },
    shared,
  ),
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

const may = (object: string, action: string, scope: Permission['scope'], more = {}): Permission => ({
  object,
  action,
  scope,
  ...more,
});
const subject = (kind: 'member' | 'apiKey', ...permissions: Permission[]): Subject => ({
  kind,
  id: 'one',
  name: 'One',
  memberId: kind === 'member' ? 'one' : null,
  teamId: null,
  legalEntityIds: [],
  roles: [{ id: 'role', key: null, name: 'role', permissions, system: [], fields: [] }],
});
const linksOf = (action: string, who: Subject) =>
  access.decide('note', action, snapshot, who).scope?.inherited?.links.map(({ parent }) => parent.key) ?? [];

test('reading takes the right to read the linked record, changing also the right to change it', () => {
  const reads = [may('note', 'read', 'own'), may('note', 'update', 'own'), may('deal', 'read', 'own')];
  expect(linksOf('read', subject('member', ...reads))).toEqual(['deal']);
  expect(linksOf('update', subject('member', ...reads))).toEqual([]);
  expect(linksOf('update', subject('member', ...reads, may('deal', 'update', 'all')))).toEqual(['deal']);
  // Without the right to read it, the right to change a deal tells nothing of the notes about it.
  const blind = subject('member', may('note', 'update', 'own'), may('deal', 'update', 'all'));
  expect(linksOf('update', blind)).toEqual([]);
});

test('verbs and bulk work are as changes, the rest is not inherited', () => {
  const all = subject('member', may('note', '*', 'own'), may('deal', '*', 'all'));
  expect(linksOf('reveal', all)).toEqual(['deal']);
  expect(linksOf('bulk', all)).toEqual(['deal']);
  for (const action of ['create', 'delete', 'assign', 'import']) expect(linksOf(action, all)).toEqual([]);
});

test('what nobody can change opens records to be read only', () => {
  const all = subject('member', may('note', '*', 'own'), may('invoice', '*', 'all'));
  expect(linksOf('read', all)).toEqual(['invoice']);
  expect(linksOf('update', all)).toEqual([]);
});

test('links widen a right to the object, and give none', () => {
  expect(access.decide('note', 'read', snapshot, subject('member', may('deal', 'read', 'all'))).allowed).toBe(
    false,
  );
  const none = subject('member', may('note', 'read', 'none'), may('deal', 'read', 'all'));
  expect(access.decide('note', 'read', snapshot, none).allowed).toBe(false);
});

test('links open records to API keys too, which own nothing and have no shares', () => {
  const key = subject('apiKey', may('note', 'read', 'own'), may('deal', 'read', 'all'));
  expect(linksOf('read', key)).toEqual(['deal']);
  expect(access.decide('note', 'read', snapshot, key).scope!.shares).toBeNull();
});

test('a scope that depends on the clock by a linked record’s policy is not cached', () => {
  const condition = { field: 'closeDate', op: 'last_n_days', value: 3 };
  const timed = subject('member', may('note', 'read', 'own'), may('deal', 'read', 'all', { condition }));
  expect(access.decide('note', 'read', snapshot, timed).timeBound).toBe(true);
  const fixed = subject('member', may('note', 'read', 'own'), may('deal', 'read', 'all'));
  expect(access.decide('note', 'read', snapshot, fixed).timeBound).toBe(false);
});
