import { describe, expect, it } from 'vitest';
import { headCount, teamTree } from './team-tree';

const record = (id: string, values: object = {}) => ({ id, version: 1, name: id, ...values });
const to = (id: string) => ({ id, name: id });

describe('the tree of teams', () => {
  const teams = [
    record('west', { parent: to('sales') }),
    record('sales'),
    record('lost', { parent: to('unseen') }),
  ];
  const members = [
    record('zoe', { team: to('west') }),
    record('ann', { team: to('west') }),
    record('bob', { team: to('sales') }),
    record('eve'),
  ];

  it('puts teams below their parents and people into their team, by name', () => {
    const { roots, teamless } = teamTree(teams, members);
    expect(roots.map(({ team }) => team.id)).toEqual(['lost', 'sales']);
    const sales = roots[1];
    expect(sales?.children[0]?.members.map(({ id }) => id)).toEqual(['ann', 'zoe']);
    expect(teamless.map(({ id }) => id)).toEqual(['eve']);
  });

  it('counts people of the teams below as well', () => {
    const sales = teamTree(teams, members).roots[1];
    expect(sales && headCount(sales)).toBe(3);
  });

  it('keeps a team that is its own parent at the top instead of losing it', () => {
    expect(teamTree([record('a', { parent: to('a') })], []).roots).toHaveLength(1);
  });
});
