import { describe, expect, it } from 'vitest';
import { ApiProblem } from '@/lib/api-problem';
import { isDecided, readConflict, resolveConflict } from './conflict';

const problem = new ApiProblem(412, {
  code: 'stale_version',
  current: { name: 'Theirs', version: 7 },
  yours: { name: 'Mine' },
  original: { name: 'Before' },
});
const changes = { name: 'Mine', phone: '+1' };

describe('a stale write', () => {
  it('asks only about the fields both sides changed', () => {
    expect(readConflict(problem, changes)).toEqual({
      version: 7,
      fields: [{ field: 'name', original: 'Before', current: 'Theirs', yours: 'Mine' }],
    });
  });

  it('is decided when each field has a side', () => {
    const conflict = readConflict(problem, changes);
    expect(isDecided(conflict, {})).toBe(false);
    expect(isDecided(conflict, { name: 'current' })).toBe(true);
  });

  it('writes changes without conflict and those that the user keeps', () => {
    const conflict = readConflict(problem, changes);
    expect(resolveConflict(changes, conflict, { name: 'yours' })).toEqual(changes);
    expect(resolveConflict(changes, conflict, { name: 'current' })).toEqual({ phone: '+1' });
    expect(resolveConflict({ name: 'Mine' }, conflict, { name: 'current' })).toEqual({});
  });
});
