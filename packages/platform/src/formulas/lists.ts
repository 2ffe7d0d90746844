import type { Place } from './arithmetic.js';
import type { FormulaType, FormulaValue } from './formula.types.js';
import { demand, type Part, part, type Run } from './part.js';
import { BOOLEAN } from './types.js';

/** Functions over lists that evaluate a part for each value: `list.exists(x, x > 5)`. */
interface ListFunction {
  usage: string;
  make(list: Part, each: Part, variable: string, place: Place): Part;
}

/** Calls a function with each value of the list as the variable, until it returns false. */
function forEach(env: Run, list: Part, variable: string, visit: (value: FormulaValue) => boolean): void {
  const outer = env.locals;
  for (const value of (list.run(env) as FormulaValue[] | null) ?? []) {
    env.locals = { ...outer, [variable]: value };
    const goesOn = visit(value);
    env.locals = outer;
    if (!goesOn) return;
  }
}

/** Declares a function that asks a question of each value. */
function asking(
  usage: string,
  answer: (list: Part, env: Run, holds: (env: Run) => boolean, v: string) => boolean,
): ListFunction {
  return {
    usage,
    make(list, each, variable, place) {
      demand(each, 'boolean');
      return part(place, BOOLEAN, (env) => answer(list, env, (at) => each.run(at) === true, variable));
    },
  };
}

/** The functions over lists, by name. */
export const LIST_FUNCTIONS: Readonly<Record<string, ListFunction>> = {
  exists: asking('list.exists(x, condition)', (list, env, holds, variable) => {
    let found = false;
    forEach(env, list, variable, () => {
      found = holds(env);
      return !found;
    });
    return found;
  }),
  all: asking('list.all(x, condition)', (list, env, holds, variable) => {
    let holdsForAll = true;
    forEach(env, list, variable, () => (holdsForAll = holds(env)));
    return holdsForAll;
  }),
  filter: {
    usage: 'list.filter(x, condition)',
    make(list, each, variable, place) {
      demand(each, 'boolean');
      return part(place, list.type, (env) => {
        const kept: FormulaValue[] = [];
        forEach(env, list, variable, (value) => {
          if (each.run(env) === true) kept.push(value);
          return true;
        });
        return kept;
      });
    },
  },
  map: {
    usage: 'list.map(x, value)',
    make(list, each, variable, place) {
      const type: FormulaType = { is: 'list', of: each.type };
      return part(place, type, (env) => {
        const made: FormulaValue[] = [];
        forEach(env, list, variable, () => {
          made.push(each.run(env));
          return true;
        });
        return made;
      });
    },
  },
};
