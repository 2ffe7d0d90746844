import { describe, expect, it } from 'vitest';
import { maySystem, reachOf } from './role-summary';

const may = (object: string, action: string) => ({ object, action, scope: 'all' });

describe('the summary of a role', () => {
  it('is everything, work, view, or nothing', () => {
    const permissions = [may('account', '*'), may('lead', 'update'), may('product', 'read')];
    expect(reachOf({ permissions }, 'account')).toBe('all');
    expect(reachOf({ permissions }, 'lead')).toBe('work');
    expect(reachOf({ permissions }, 'product')).toBe('read');
    expect(reachOf({ permissions }, 'team')).toBeUndefined();
    expect(reachOf({ permissions: [may('*', 'read')] }, 'team')).toBe('read');
  });

  it('recognises company-wide rights by name or by the one for all', () => {
    expect(maySystem(['*'], 'manageUsers')).toBe(true);
    expect(maySystem(['manageImports'], 'manageUsers')).toBe(false);
  });
});
