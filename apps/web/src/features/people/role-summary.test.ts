import { describe, expect, it } from 'vitest';
import { maySystem, reachOf } from './role-summary';

const may = (object: string, action: string) => ({ object, action, scope: 'all' });

describe('how far a role goes', () => {
  it('is everything, work, a look, or nothing', () => {
    const permissions = [may('account', '*'), may('lead', 'update'), may('product', 'read')];
    expect(reachOf({ permissions }, 'account')).toBe('all');
    expect(reachOf({ permissions }, 'lead')).toBe('work');
    expect(reachOf({ permissions }, 'product')).toBe('read');
    expect(reachOf({ permissions }, 'team')).toBeUndefined();
    expect(reachOf({ permissions: [may('*', 'read')] }, 'team')).toBe('read');
  });

  it('knows rights over the company by name or all together', () => {
    expect(maySystem(['*'], 'manageUsers')).toBe(true);
    expect(maySystem(['manageImports'], 'manageUsers')).toBe(false);
  });
});
