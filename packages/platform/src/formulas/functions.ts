import { dayAt, formatDay, parseDay, parseInstant } from '@pellucid/conditions';
import {
  add,
  bounded,
  boundedText,
  compare,
  dateOf,
  daysBetween,
  monthsLater,
  multiply,
  noDate,
  type Place,
  quotient,
  rescale,
  timeBetween,
} from './arithmetic.js';
import type { FormulaType, FormulaValue } from './formula.types.js';
import { demand, type Part, part, strict, wrongType } from './part.js';
import { errorAt } from './syntax.js';
import { BOOLEAN, both, DATE, EMPTY, NUMBER, scaleOf, TEXT, typeWords, unified, WHOLE } from './types.js';

/** A function of formulas. */
interface FormulaFunction {
  /** How it is called, for messages and the editor. */
  usage: string;
  /** Number of arguments: fewest and most. */
  count: [number, number];
  /** Whether it is also called on its first argument: `name.contains("x")`. */
  isMethod?: boolean;
  /** Checks the arguments. @throws FormulaError */
  make(args: Part[], place: Place): Part;
}

/** Declares a function of arguments of fixed types, which is empty if one of them is. */
function plain(
  usage: string,
  params: FormulaType['is'][],
  result: FormulaType,
  apply: (place: Place) => (...values: any[]) => FormulaValue,
  isMethod = false,
): FormulaFunction {
  return {
    usage,
    count: [params.length, params.length],
    isMethod,
    make(args, place) {
      for (const [i, is] of params.entries()) demand(args[i]!, is);
      return strict(place, result, args, apply(place));
    },
  };
}

/** Declares a function over a list of values, or over several values, that leaves empty ones out. */
function overValues(
  usage: string,
  types: FormulaType['is'][],
  result: (of: FormulaType) => FormulaType,
  apply: (values: any[], place: Place) => FormulaValue,
): FormulaFunction {
  return {
    usage,
    count: [1, 50],
    make(args, place) {
      const [first] = args as [Part, ...Part[]];
      const isList = args.length === 1 && first.type.is === 'list';
      const of = isList && first.type.is === 'list' ? first.type.of : unifiedOf(args);
      if (of.is !== 'empty' && !types.includes(of.is))
        throw wrongType(first, types.map((is) => typeWords({ is } as FormulaType)).join(' or '));
      return part(place, result(of), (env) => {
        const values = isList
          ? ((first.run(env) as FormulaValue[] | null) ?? [])
          : args.map((arg) => arg.run(env));
        env.steps += values.length;
        return apply(
          values.filter((value) => value !== null),
          place,
        );
      });
    },
  };
}

function unifiedOf(args: Part[]): FormulaType {
  return args.reduce<FormulaType>((type, arg) => {
    const both = unified(type, arg.type);
    if (!both) throw wrongType(arg, typeWords(type));
    return both;
  }, EMPTY);
}

/** Orders values of one type: numbers by value, dates and instants by time, texts by their characters. */
export function order(type: FormulaType, a: string, b: string): number {
  if (type.is === 'number') return compare(a, b);
  if (type.is === 'datetime') return parseInstant(a)! - parseInstant(b)!;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Declares a function that chooses one of the values. */
const extreme = (usage: string, sign: 1 | -1): FormulaFunction => {
  const made = overValues(
    usage,
    ['number', 'date', 'datetime'],
    (of) => of,
    () => null,
  );
  return {
    ...made,
    make(args, place) {
      const { type } = made.make(args, place);
      const chosen = overValues(
        usage,
        [type.is],
        () => type,
        (values: string[]) =>
          values.reduce<string | null>(
            (best, value) => (best === null || order(type, value, best) * sign > 0 ? value : best),
            null,
          ),
      );
      return chosen.make(args, place);
    },
  };
};

const text = (usage: string, apply: (text: string) => string) =>
  plain(usage, ['text'], TEXT, (at) => (value: string) => boundedText(apply(value), at), true);

const asks = (usage: string, apply: (text: string, part: string) => boolean) =>
  plain(usage, ['text', 'text'], BOOLEAN, () => apply, true);

const datePart = (usage: string, apply: (parts: number[], date: string) => number) =>
  plain(
    usage,
    ['date'],
    WHOLE,
    () => (date: string) => String(apply(date.split('-').map(Number), date)),
    true,
  );

/** Returns a number rounded to decimals. @param scaleArg the argument that says how many */
const rounding = (usage: string, how: 'halfUp' | 'floor' | 'ceiling'): FormulaFunction => ({
  usage,
  count: [1, 2],
  make(args, place) {
    for (const arg of args) demand(arg, 'number');
    const type: FormulaType = args.length === 1 ? WHOLE : NUMBER;
    return strict(place, type, args, (value: string, digits = '0') => {
      const scale = Number(rescale(digits, 0, 'down'));
      if (!(scale >= 0 && scale <= 20))
        throw errorAt(place, 'formulaOutOfRange', 'Numbers can be rounded to 0 to 20 decimals.');
      return rescale(value, scale, how);
    });
  },
});

/** The functions of formulas, by name. */
export const FORMULA_FUNCTIONS: Readonly<Record<string, FormulaFunction>> = {
  abs: plain('abs(number)', ['number'], NUMBER, () => (n: string) => n.replace(/^-/, '')),
  round: rounding('round(number, decimals)', 'halfUp'),
  floor: rounding('floor(number)', 'floor'),
  ceil: rounding('ceil(number)', 'ceiling'),
  sum: overValues(
    'sum(list)',
    ['number'],
    (of) => (of.is === 'number' ? of : NUMBER),
    (values, at) =>
      bounded(
        values.reduce((total: string, n: string) => add(total, n), '0'),
        at,
      ),
  ),
  avg: overValues(
    'avg(list)',
    ['number'],
    () => NUMBER,
    (values, at) =>
      values.length
        ? quotient(
            values.reduce((total: string, n: string) => add(total, n), '0'),
            String(values.length),
            at,
          )
        : null,
  ),
  min: extreme('min(list)', -1),
  max: extreme('max(list)', 1),
  size: {
    usage: 'size(list)',
    count: [1, 1],
    isMethod: true,
    make([of], place) {
      demand(of!, 'list', 'text');
      return part(place, WHOLE, (env) => {
        const value = of!.run(env);
        return String(
          typeof value === 'string' ? [...value].length : ((value as FormulaValue[]) ?? []).length,
        );
      });
    },
  },
  coalesce: {
    usage: 'coalesce(value, other)',
    count: [2, 50],
    make(args, place) {
      const type = unifiedOf(args);
      return part(place, type, (env) => {
        for (const arg of args) {
          const value = arg.run(env);
          if (value !== null) return value;
        }
        return null;
      });
    },
  },
  has: {
    usage: 'has(field)',
    count: [1, 1],
    make([of], place) {
      return part(place, BOOLEAN, (env) => {
        const value = of!.run(env);
        return value !== null && !(Array.isArray(value) && value.length === 0);
      });
    },
  },
  contains: asks('text.contains(part)', (value, found) => value.includes(found)),
  startsWith: asks('text.startsWith(part)', (value, found) => value.startsWith(found)),
  endsWith: asks('text.endsWith(part)', (value, found) => value.endsWith(found)),
  lower: text('lower(text)', (value) => value.toLowerCase()),
  upper: text('upper(text)', (value) => value.toUpperCase()),
  trim: text('trim(text)', (value) => value.trim()),
  replace: plain(
    'text.replace(part, other)',
    ['text', 'text', 'text'],
    TEXT,
    (at) => (value: string, found: string, by: string) => {
      const count = found ? value.split(found).length - 1 : 0;
      // Before it is made: many short parts may become long ones.
      boundedText(
        ' '.repeat(Math.min(10_001, value.length + count * Math.max(0, by.length - found.length))),
        at,
      );
      return found ? value.split(found).join(by) : value;
    },
    true,
  ),
  substring: {
    usage: 'text.substring(start, end)',
    count: [2, 3],
    isMethod: true,
    make(args, place) {
      demand(args[0]!, 'text');
      for (const arg of args.slice(1)) demand(arg, 'number');
      return strict(place, TEXT, args, (value: string, from: string, to?: string) =>
        [...value]
          .slice(Math.max(0, Number(from)), to === undefined ? undefined : Math.max(0, Number(to)))
          .join(''),
      );
    },
  },
  text: {
    usage: 'text(value)',
    count: [1, 1],
    make([of], place) {
      demand(of!, 'number', 'text', 'boolean', 'date', 'datetime');
      return strict(place, TEXT, [of!], (value: string | boolean) => String(value));
    },
  },
  number: {
    usage: 'number(text)',
    count: [1, 1],
    make([of], place) {
      demand(of!, 'text', 'number');
      return strict(place, NUMBER, [of!], (value: string) =>
        /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(value.trim()) ? add(value.trim(), '0') : null,
      );
    },
  },
  date: {
    usage: 'date("2026-12-31")',
    count: [1, 3],
    make(args, place) {
      if (args.length === 1) {
        const [of] = args as [Part];
        demand(of, 'text', 'date', 'datetime');
        const isInstant = of.type.is === 'datetime';
        return part(place, DATE, (env) => {
          const value = of.run(env) as string | null;
          if (value === null) return null;
          if (isInstant) return formatDay(dayAt(parseInstant(value)!, env.inputs.zone));
          if (parseDay(value) === undefined) throw noDate(place);
          return value;
        });
      }
      for (const arg of args) demand(arg, 'number');
      return strict(place, DATE, args, (year: string, month: string, day = '1') => {
        const found = dateOf(...([year, month, day].map(Number) as [number, number, number]));
        if (!found) throw noDate(place);
        return found;
      });
    },
  },
  year: datePart('year(date)', ([year]) => year!),
  month: datePart('month(date)', ([, month]) => month!),
  day: datePart('day(date)', ([, , day]) => day!),
  weekday: datePart('weekday(date)', (_, date) => ((((parseDay(date)! + 3) % 7) + 7) % 7) + 1),
  addMonths: plain(
    'addMonths(date, number)',
    ['date', 'number'],
    DATE,
    (at) => (date: string, months: string) => monthsLater(date, months, at),
  ),
  days: {
    usage: 'days(from, to)',
    count: [2, 2],
    make(args, place) {
      const type = unifiedOf(args);
      if (type.is !== 'date' && type.is !== 'datetime') throw wrongType(args[0]!, 'a date');
      return type.is === 'date'
        ? strict(place, WHOLE, args, daysBetween)
        : strict(place, { is: 'number', scale: 6 }, args, timeBetween);
    },
  },
  percent: {
    usage: 'percent(number, percent)',
    count: [2, 2],
    make(args, place) {
      for (const arg of args) demand(arg, 'number');
      const scale = both(scaleOf(args[0]!.type), scaleOf(args[1]!.type), (a, b) => a + b + 2);
      return strict(place, { is: 'number', scale }, args, (n: string, of: string) =>
        bounded(multiply(n, of, '0.01'), place),
      );
    },
  },
};

/** Functions that formulas don't have, and what to use instead. */
export const REFUSED_FUNCTIONS: Readonly<Record<string, string>> = {
  matches: 'Patterns are not available in formulas. Use contains, startsWith or endsWith.',
  now: 'Formulas have no current time. Compare dates and times of the record.',
};
