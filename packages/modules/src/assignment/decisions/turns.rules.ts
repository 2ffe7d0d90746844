/**
 * Whose turn it is among several people. Start-time fair queueing (Goyal, Vin, Cheng 1996): each turn moves a person's mark on by the
 * inverse of their weight, and the person with the lowest mark is next. Somebody who was away goes on where the others are
 * and gets nothing in arrears.
 */
import type { TurnTaking } from '@pellucid/platform/access';

/** How far a turn moves a person of weight 1. Divisible by all weights up to 10, so marks stay whole numbers. */
const STEP = 2520;

/** Whose turn it is by a rule. */
export interface Turn {
  /** Where the rule stands: nobody's next turn is before it. */
  clock: number;
  /** When each person's next turn is; at the clock if left out. */
  marks: Readonly<Record<string, number>>;
}

/** Where a new rule starts. */
export const FIRST_TURN: Turn = { clock: 0, marks: {} };

/**
 * Returns who is next; undefined if nobody is there.
 * @param people who can be given something, in a lasting order
 * @param openOf how many open records a person has
 */
export function next(
  { method }: TurnTaking,
  people: readonly string[],
  turn: Turn,
  openOf: (person: string) => number,
): string | undefined {
  const markOf = (person: string) => Math.max(turn.marks[person] ?? turn.clock, turn.clock);
  const isBefore = (one: string, other: string) => {
    if (method === 'load' && openOf(one) !== openOf(other)) return openOf(one) < openOf(other);
    return markOf(one) < markOf(other);
  };
  return people.reduce<string | undefined>(
    (best, person) => (best === undefined || isBefore(person, best) ? person : best),
    undefined,
  );
}

/**
 * Returns where a rule stands after somebody had a turn.
 * @param people who could have been given it: nobody's next turn is before the earliest of theirs
 */
export function taken(
  { method, weights }: TurnTaking,
  turn: Turn,
  person: string,
  people: readonly string[],
): Turn {
  const markOf = (one: string) => Math.max(turn.marks[one] ?? turn.clock, turn.clock);
  const start = markOf(person);
  // By load, the clock stands still: marks only say who was given something least recently.
  const clock = method === 'load' ? turn.clock : Math.min(start, ...people.map(markOf));
  const weight = method === 'weighted' ? (weights?.[person] ?? 1) : 1;
  const mark =
    method === 'load' ? Math.max(clock, ...Object.values(turn.marks)) + STEP : start + STEP / weight;
  const marks = Object.entries({ ...turn.marks, [person]: mark }).filter(([, at]) => at > clock);
  return { clock, marks: Object.fromEntries(marks) };
}
