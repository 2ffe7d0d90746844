import { describe, expect, it } from 'vitest';
import {
  cellOf,
  changeCount,
  changesOf,
  FOLLOW,
  type RoleDraft,
  standOf,
  withLevel,
  withRight,
  withScope,
  withWay,
} from './role-draft';

const draft = (given: Partial<RoleDraft> = {}): RoleDraft => ({
  name: 'Reps',
  description: '',
  permissions: [],
  system: [],
  fields: [],
  ...given,
});
const may = (object: string, action: string, scope: 'own' | 'team' | 'all') => ({ object, action, scope });

describe('a cell of the matrix', () => {
  it('shows the wider of its own scope and the one for every action or object', () => {
    const role = draft({
      permissions: [may('account', 'read', 'own'), may('account', '*', 'team'), may('*', 'read', 'all')],
    });
    expect(cellOf(role, 'account', 'read')).toMatchObject({ own: 'own', inherited: 'all', scope: 'all' });
    expect(cellOf(role, 'account', 'delete')).toMatchObject({
      own: 'none',
      inherited: 'team',
      scope: 'team',
    });
    expect(cellOf(role, 'lead', 'delete').scope).toBe('none');
    expect(cellOf(role, 'account', '*')).toMatchObject({ own: 'team', inherited: 'none' });
  });

  it('keeps the condition of a permission whose scope changes, and removes all permissions with "none"', () => {
    const condition = { field: 'amount', op: 'lt' as const, value: '5' };
    const role = draft({
      permissions: [{ ...may('lead', 'read', 'own'), condition }, may('lead', 'update', 'own')],
    });
    const wider = withScope(role, 'lead', 'read', 'all');
    expect(wider.permissions[0]).toEqual({ object: 'lead', action: 'read', scope: 'all', condition });
    expect(cellOf(wider, 'lead', 'read').isRefined).toBe(true);
    expect(withScope(wider, 'lead', 'read', 'none').permissions).toEqual([may('lead', 'update', 'own')]);
    expect(withScope(draft(), 'lead', 'read', 'team').permissions).toEqual([may('lead', 'read', 'team')]);
  });

  it('of a verb follows the right to change records until it has its own', () => {
    const role = draft({ permissions: [may('lead', 'update', 'own')] });
    expect(cellOf(role, 'lead', 'convert')).toMatchObject({ follows: true, scope: 'own' });
    const never = withScope(role, 'lead', 'convert', 'none');
    expect(never.permissions).toContainEqual({ object: 'lead', action: 'convert', scope: 'none' });
    expect(cellOf(never, 'lead', 'convert')).toMatchObject({ follows: false, scope: 'none' });
    expect(withScope(never, 'lead', 'convert', FOLLOW)).toEqual(role);
  });

  it('changes one permission of several and leaves the others', () => {
    const [own, all] = [may('lead', 'read', 'own'), may('lead', 'read', 'all')];
    const role = draft({ permissions: [own, all] });
    expect(withScope(role, 'lead', 'read', 'team').permissions).toEqual([own, may('lead', 'read', 'team')]);
    expect(withWay(role, own, undefined).permissions).toEqual([all]);
  });
});

describe('a field', () => {
  it('has its own level, else that of all fields, else that of its class', () => {
    const all = withLevel(draft(), 'contact', '*', 'view');
    const one = withLevel(all, 'contact', 'email', 'mask');
    expect(standOf(one, 'contact', 'email', 'personal')).toEqual({ level: 'mask', source: 'field' });
    expect(standOf(one, 'contact', 'phone', 'personal')).toEqual({ level: 'view', source: 'object' });
    expect(standOf(draft(), 'contact', 'iban', 'secret')).toEqual({ level: 'hidden', source: 'class' });
    expect(standOf(draft(), 'contact', 'birthday', 'sensitive').level).toBe('mask');
    expect(standOf(withLevel(one, 'contact', 'email', undefined), 'contact', 'email', 'personal').level).toBe(
      'view',
    );
    expect(standOf(draft({ system: ['*'] }), 'contact', 'iban', 'secret').level).toBe('edit');
  });
});

describe('the changes of a role', () => {
  const before = draft({ permissions: [may('lead', 'read', 'own'), may('lead', 'update', 'own')] });

  it('are none if entries are only reordered, or removed and added again', () => {
    const turned = { ...before, permissions: [...before.permissions].reverse() };
    expect([changeCount(before, turned), changesOf(before, turned)]).toEqual([0, {}]);
    const reordered = before.permissions.map(({ object, action, scope }) => ({ scope, action, object }));
    expect(changeCount(before, { ...before, permissions: reordered })).toBe(0);
    const there = withScope(before, 'lead', 'read', 'all');
    expect(changeCount(before, withScope(there, 'lead', 'read', 'own'))).toBe(0);
  });

  it('are counted by entry and sent by list', () => {
    const after = withRight(withScope({ ...before, name: 'New ' }, 'lead', 'read', 'all'), 'viewAudit', true);
    expect(changeCount(before, after)).toBe(3);
    expect(changesOf(before, after)).toEqual({
      name: 'New',
      permissions: [may('lead', 'read', 'all'), may('lead', 'update', 'own')],
      system: ['viewAudit'],
    });
  });
});
