import { describe, expect, it } from 'vitest';
import type { ObjectDescription } from '@/records/object-description';
import { gapsOf, withGapsClosed, withoutEmptyRights } from './gaps';
import type { RoleDraft, Scope } from './role-draft';

const object = (key: string, references: string[], verbs: string[] = []): ObjectDescription => ({
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

describe('what a role meets without seeing it', () => {
  it('names the references of what it sees, with the reach that closes the gap', () => {
    expect(gapsOf(role(['contact', 'read', 'team']), objects)).toEqual([
      { object: 'account', via: [{ object: 'contact', field: 'account' }], scope: 'team', isGrouping: false },
      { object: 'member', via: [{ object: 'contact', field: 'member' }], scope: 'all', isGrouping: false },
    ]);
  });

  it('puts what deals are grouped by first', () => {
    const gaps = gapsOf(role(['opportunity', 'read', 'own']), objects);
    expect(gaps.map((gap) => [gap.object, gap.isGrouping])).toEqual([
      ['stage', true],
      ['pipeline', true],
      ['account', false],
    ]);
  });

  it('finds none where every kind of record is seen, or where a role may do everything', () => {
    expect(gapsOf(role(['*', 'read', 'all']), objects)).toEqual([]);
    expect(gapsOf({ ...role(['contact', 'read', 'all']), system: ['*'] }, objects)).toEqual([]);
  });

  it('counts pipelines and stages within reach of less than all as missing: they belong to nobody', () => {
    expect(gapsOf(role(['*', 'read', 'team']), objects).map((gap) => [gap.object, gap.scope])).toEqual([
      ['stage', 'all'],
      ['pipeline', 'all'],
    ]);
    expect(gapsOf(role(['account', 'read', 'all'], ['stage', 'read', 'own']), objects)[0]?.isGrouping).toBe(
      false,
    );
  });

  it('is closed by the rights it asks for', () => {
    const deals = role(['opportunity', 'read', 'own']);
    const closed = withGapsClosed(
      deals,
      gapsOf(deals, objects).filter(({ isGrouping }) => isGrouping),
    );
    expect(gapsOf(closed, objects).map((gap) => gap.object)).toEqual(['account']);
    expect(closed.permissions).toContainEqual({ object: 'stage', action: 'read', scope: 'all' });
  });
});

it('drops rights to actions an object does not have, and keeps those to objects that are not shown', () => {
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
