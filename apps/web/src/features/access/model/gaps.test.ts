import { describe, expect, it } from 'vitest';
import type { ObjectDescription } from '@/records/object-description';
import { PLAIN_TRAITS } from '@/records/testing/described-traits';
import { gapsOf, withGapsClosed, withoutEmptyRights } from './gaps';
import type { RoleDraft, Scope } from './role-draft';

const object = (key: string, references: string[], verbs: string[] = []): ObjectDescription => ({
  ...PLAIN_TRAITS,
  listed: !['stage', 'pipeline', 'member'].includes(key),
  groupedBy: key === 'opportunity' ? ['pipeline', 'stage'] : [],
  key,
  path: `/${key}s`,
  label: key,
  pluralLabel: `${key}s`,
  nameField: 'name',
  verbs: verbs.map((verb) => ({ key: verb, label: verb })),
  fields: references.map((target) => ({
    key: target,
    label: target,
    type: 'reference',
    required: false,
    readOnly: false,
    references: target,
  })),
});

const objects = [
  object('contact', ['account', 'member']),
  object('account', ['member']),
  object('opportunity', ['account', 'stage', 'pipeline'], ['win']),
  object('stage', ['pipeline']),
  object('pipeline', []),
  object('member', []),
];

const role = (...rights: [object: string, action: string, scope: Scope][]): RoleDraft => ({
  name: 'Role',
  description: '',
  permissions: rights.map(([key, action, scope]) => ({ object: key, action, scope })),
  system: [],
  fields: [],
});

describe('gaps of a role', () => {
  it('are references of visible objects, with the scope that closes the gap', () => {
    const gaps = gapsOf(role(['contact', 'read', 'team']), objects);
    expect(gaps.map((gap) => ({ ...gap, object: gap.object.key }))).toEqual([
      { object: 'account', via: [{ object: 'contact', field: 'account' }], scope: 'team', isGrouping: false },
      { object: 'member', via: [{ object: 'contact', field: 'member' }], scope: 'all', isGrouping: false },
    ]);
  });

  it('start with the objects that deals are grouped by', () => {
    const gaps = gapsOf(role(['opportunity', 'read', 'own']), objects);
    expect(gaps.map((gap) => [gap.object.key, gap.isGrouping])).toEqual([
      ['stage', true],
      ['pipeline', true],
      ['account', false],
    ]);
  });

  it('are empty if every kind of record is visible, or if a role may do everything', () => {
    expect(gapsOf(role(['*', 'read', 'all']), objects)).toEqual([]);
    expect(gapsOf({ ...role(['contact', 'read', 'all']), system: ['*'] }, objects)).toEqual([]);
  });

  it('include pipelines and stages with any scope but all, because they have no owner', () => {
    expect(gapsOf(role(['*', 'read', 'team']), objects).map((gap) => [gap.object.key, gap.scope])).toEqual([
      ['stage', 'all'],
      ['pipeline', 'all'],
    ]);
    expect(gapsOf(role(['account', 'read', 'all'], ['stage', 'read', 'own']), objects)[0]?.isGrouping).toBe(
      false,
    );
  });

  it('are closed by the rights they propose', () => {
    const deals = role(['opportunity', 'read', 'own']);
    const closed = withGapsClosed(
      deals,
      gapsOf(deals, objects).filter(({ isGrouping }) => isGrouping),
    );
    expect(gapsOf(closed, objects).map((gap) => gap.object.key)).toEqual(['account']);
    expect(closed.permissions).toContainEqual({ object: 'stage', action: 'read', scope: 'all' });
  });
});

it('drops rights to actions that an object lacks, and keeps rights to invisible objects', () => {
  const draft = role(
    ['account', 'win', 'all'],
    ['account', 'read', 'all'],
    ['opportunity', 'win', 'all'],
    ['account', '*', 'all'],
    ['secret', 'win', 'all'],
  );
  expect(withoutEmptyRights(draft, objects).permissions).toEqual(
    draft.permissions.filter((way) => way !== draft.permissions[0]),
  );
});
