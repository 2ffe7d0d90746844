import { describe, expect, it } from 'vitest';
import { reachesEvery } from './role-reach';

const role = (permission: object) => [
  { id: 'r', permissions: [{ object: 'account', action: 'update', scope: 'all', ...permission }] },
];

describe('a role reaches every record', () => {
  it.each([{}, { object: '*' }, { action: '*' }])('with %j', (permission) => {
    expect(reachesEvery(role(permission), 'account', 'update')).toBe(true);
  });

  it.each([
    { scope: 'own' },
    { scope: 'none' },
    { condition: { field: 'employees', op: 'lt', value: 10 } },
    { object: 'contact' },
    { action: 'read' },
  ])('not with %j', (permission) => {
    expect(reachesEvery(role(permission), 'account', 'update')).toBe(false);
  });
});
