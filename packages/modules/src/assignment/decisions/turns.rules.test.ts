import { expect, it } from 'vitest';
import type { TurnTaking } from '@pellucid/platform/access';
import { FIRST_TURN, next, taken, type Turn } from './turns.rules.js';

/** Gives out turns. @param here who is there at each of them */
function give(
  taking: TurnTaking,
  here: string[],
  open: Record<string, number> = {},
  turn: Turn = FIRST_TURN,
) {
  const given: string[] = [];
  const load = { ...open };
  for (const people of here) {
    const person = next(taking, people.split(''), turn, (id) => load[id] ?? 0)!;
    turn = taken(taking, turn, person, people.split(''));
    load[person] = (load[person] ?? 0) + 1;
    given.push(person);
  }
  return { given: given.join(''), turn };
}

const all = (times: number) => Array<string>(times).fill('abc');

it('gives everybody the same number of turns, one after the other', () => {
  expect(give({ method: 'roundRobin' }, all(7)).given).toBe('abcabca');
});

it('gives turns by weight, spread evenly', () => {
  const { given } = give({ method: 'weighted', weights: { a: 3, b: 1, c: 2 } }, all(60));
  const count = (id: string) => given.split(id).length - 1;
  expect([count('a'), count('b'), count('c')]).toEqual([30, 10, 20]);
  expect(given).not.toContain('aaa');
});

it('gives nothing in arrears to somebody who was away', () => {
  const here = [...all(3), 'bc', 'bc', 'bc', 'bc', ...all(6)];
  // The others had four turns meanwhile.
  expect(give({ method: 'roundRobin' }, here).given.slice(7)).toBe('aabcab');
});

it('lets somebody new join where the others are', () => {
  const { given } = give({ method: 'roundRobin' }, ['ab', 'ab', 'ab', 'ab', ...all(6)]);
  expect(given.slice(4).split('c').length - 1).toBe(2);
});

it('gives to whoever has the fewest open records, and takes turns among equals', () => {
  expect(give({ method: 'load' }, all(6), { a: 2, b: 0, c: 1 }).given).toBe('bcbacb');
});

it('keeps the turn of somebody whose record was not written', () => {
  // Of a batch, what would have been given to "a" was refused.
  const all3 = ['a', 'b', 'c'];
  const turn = ['b', 'c', 'b', 'c'].reduce(
    (at, person) => taken({ method: 'roundRobin' }, at, person, all3),
    FIRST_TURN,
  );
  expect(give({ method: 'roundRobin' }, all(5), {}, turn).given).toBe('aaabc');
});

it('goes on where it stood', () => {
  const first = give({ method: 'roundRobin' }, all(2));
  expect(give({ method: 'roundRobin' }, all(2), {}, first.turn).given).toBe('ca');
});

it('has nobody next if nobody is there', () => {
  expect(next({ method: 'load' }, [], FIRST_TURN, () => 0)).toBeUndefined();
});

it('keeps only marks that matter', () => {
  const { turn } = give({ method: 'roundRobin' }, all(3000));
  expect(Object.keys(turn.marks).length).toBeLessThanOrEqual(3);
});
