import { exactNumber } from '@pellucid/conditions/decimal';
import {
  add,
  bounded,
  boundedText,
  daysBetween,
  daysLater,
  multiply,
  quotient,
  remainder,
  subtract,
  timeBetween,
  timeLater,
} from './arithmetic.js';
import type { FormulaName, FormulaNames, FormulaRead, FormulaType, FormulaValue } from './formula.types.js';
import { FORMULA_FUNCTIONS, order, REFUSED_FUNCTIONS } from './functions.js';
import { LIST_FUNCTIONS } from './lists.js';
import { nearest } from './nearest.js';
import { demand, type Part, part, strict, wrongType } from './part.js';
import { type ASTNode, errorAt } from './syntax.js';
import {
  BOOLEAN,
  both,
  DATE,
  DATETIME,
  EMPTY,
  NUMBER,
  scaleOf,
  TEXT,
  typeWords,
  unified,
  WHOLE,
} from './types.js';

type Locals = Readonly<Record<string, FormulaType>>;

/** Checks the parts of a formula, and makes of each what evaluates it. */
export class Compiler {
  readonly reads = new Map<string, FormulaRead>();
  asksToday = false;

  constructor(private readonly names: FormulaNames) {}

  /** @throws FormulaError for a part that can't be evaluated */
  compile(node: ASTNode, locals: Locals = {}): Part {
    switch (node.op) {
      case 'value':
        return this.literal(node);
      case 'id':
      case '.':
        return this.named(node, locals);
      case '[]':
        return this.pathOf(node, locals) ? this.named(node, locals) : this.element(node, node.args, locals);
      case 'list':
        return this.list(
          node,
          node.args.map((each) => this.compile(each, locals)),
        );
      case '?:':
        return this.choice(node, node.args.map((each) => this.compile(each, locals)) as [Part, Part, Part]);
      case '&&':
      case '||':
        return this.logic(node, node.op, node.args.map((each) => this.compile(each, locals)) as [Part, Part]);
      case '!_': {
        const of = this.compile(node.args, locals);
        demand(of, 'boolean');
        return part(node, BOOLEAN, (env) => of.run(env) !== true);
      }
      case '-_': {
        const of = this.compile(node.args, locals);
        demand(of, 'number');
        return strict(node, of.type.is === 'number' ? of.type : NUMBER, [of], (n: string) =>
          multiply(n, '-1'),
        );
      }
      case 'call':
        return this.call(node, node.args[0], node.args[1], locals);
      case 'rcall': {
        const [name, on, args] = node.args;
        if (Object.hasOwn(LIST_FUNCTIONS, name))
          return this.overList(node, name, this.compile(on, locals), args, locals);
        return this.call(node, name, [on, ...args], locals, true);
      }
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case 'in':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%': {
        const [a, b] = node.args;
        return this.binary(node, node.op, this.compile(a, locals), this.compile(b, locals));
      }
      default:
        throw errorAt(
          node,
          'formulaNotAllowed',
          'Formulas have no maps and no optional values. Use fields and lists.',
        );
    }
  }

  private literal(node: ASTNode & { op: 'value' }): Part {
    const value = node.args;
    const constant = (type: FormulaType, of: FormulaValue) => part(node, type, () => of);
    if (value === null) return constant(EMPTY, null);
    if (typeof value === 'boolean') return constant(BOOLEAN, value);
    if (typeof value === 'string') return constant(TEXT, value);
    if (typeof value === 'bigint') return constant(WHOLE, bounded(String(value), node));
    if (typeof value === 'number') {
      // As it is written: the parser has made a binary number of it.
      const written = node.input.slice(node.start, node.end);
      const text = /^\d+\.\d+$/.test(written) ? add(bounded(written, node), '0') : exactNumber(value);
      if (text === undefined)
        throw errorAt(node, 'formulaSyntax', 'Write the number with all its digits, such as 1500.25.');
      return constant({ is: 'number', scale: text.split('.')[1]?.length ?? 0 }, text);
    }
    throw errorAt(
      node,
      'formulaNotAllowed',
      'Formulas have numbers, texts, yes or no, and empty. Remove the prefix.',
    );
  }

  /** Returns the names of a path: `account.custom["size"]`; undefined if it is none. */
  private pathOf(node: ASTNode, locals: Locals): string[] | undefined {
    if (node.op === 'id') return Object.hasOwn(locals, node.args) ? undefined : [node.args];
    if (node.op !== '.' && node.op !== '[]') return undefined;
    const last =
      node.op === '.'
        ? node.args[1]
        : node.args[1].op === 'value' && typeof node.args[1].args === 'string'
          ? node.args[1].args
          : undefined;
    const path = last === undefined ? undefined : this.pathOf(node.args[0], locals);
    if (!path) return undefined;
    if (path.at(-1) === 'custom') return [...path.slice(0, -1), `custom.${last}`];
    return [...path, last!];
  }

  private named(node: ASTNode, locals: Locals): Part {
    if (node.op === 'id' && Object.hasOwn(locals, node.args)) {
      const variable = node.args;
      return part(node, locals[variable]!, (env) => env.locals[variable] ?? null);
    }
    const path = this.pathOf(node, locals);
    if (!path)
      throw errorAt(
        node,
        'formulaNotAllowed',
        'Only records and lines have fields. Use a name from the list of fields.',
      );
    const [first, ...rest] = path as [string, ...string[]];
    let found = this.find(node, this.names, first, path);
    for (const name of rest) {
      if (!found.inner)
        throw errorAt(
          node,
          'formulaUnknownName',
          `"${first}" has no fields of its own. Formulas follow one reference at most.`,
          { name: path.join('.') },
        );
      found = this.find(node, found.inner, name, path);
    }
    const { read, type } = found;
    this.reads.set(`${read.key}/${read.far ?? ''}/${read.inLines ?? ''}`, read);
    return { ...part(node, type, (env) => env.inputs.value(read)), name: found };
  }

  private find(node: ASTNode, names: FormulaNames, name: string, path: string[]): FormulaName {
    const found = names.find(name);
    if (found?.refusal) throw errorAt(node, 'formulaNotAllowed', found.refusal);
    if (found) return found;
    const near = nearest(name, names.all());
    const hint = near === undefined ? 'Choose a field from the list.' : `Did you mean "${near}"?`;
    throw errorAt(node, 'formulaUnknownName', `There is no field "${path.join('.')}". ${hint}`, {
      name: path.join('.'),
      ...(near === undefined ? {} : { suggestion: near }),
    });
  }

  private list(node: ASTNode, parts: Part[]): Part {
    const of = parts.reduce<FormulaType>((type, each) => {
      const unifies = unified(type, each.type);
      if (!unifies) throw wrongType(each, typeWords(type));
      return unifies;
    }, EMPTY);
    return part(node, { is: 'list', of }, (env) => parts.map((each) => each.run(env)));
  }

  private element(node: ASTNode, [listNode, indexNode]: [ASTNode, ASTNode], locals: Locals): Part {
    const [list, index] = [this.compile(listNode, locals), this.compile(indexNode, locals)];
    if (list.type.is !== 'list') throw wrongType(list, 'a list');
    demand(index, 'number');
    return strict(
      node,
      list.type.of,
      [list, index],
      (values: FormulaValue[], n: string) => values[Number(n)] ?? null,
    );
  }

  private choice(node: ASTNode, [condition, yes, no]: [Part, Part, Part]): Part {
    demand(condition, 'boolean');
    const type = unified(yes.type, no.type);
    if (!type) throw wrongType(no, typeWords(yes.type));
    return part(node, type, (env) => (condition.run(env) === true ? yes : no).run(env));
  }

  private logic(node: ASTNode, op: '&&' | '||', [a, b]: [Part, Part]): Part {
    demand(a, 'boolean');
    demand(b, 'boolean');
    const decides = op === '||';
    return part(node, BOOLEAN, (env) => ((a.run(env) === true) === decides ? decides : b.run(env) === true));
  }

  private overList(node: ASTNode, name: string, list: Part, args: ASTNode[], locals: Locals): Part {
    const { usage, make } = LIST_FUNCTIONS[name]!;
    if (list.type.is !== 'list') throw wrongType(list, 'a list');
    const [variable, body] = args;
    if (args.length !== 2 || variable!.op !== 'id')
      throw errorAt(node, 'formulaWrongArguments', `Write it like this: ${usage}.`, { usage });
    const inner = { ...locals, [variable!.args as string]: list.type.of };
    return make(list, this.compile(body!, inner), variable!.args as string, node);
  }

  private call(node: ASTNode, name: string, args: ASTNode[], locals: Locals, isMethod = false): Part {
    if (Object.hasOwn(REFUSED_FUNCTIONS, name))
      throw errorAt(node, 'formulaNotAllowed', REFUSED_FUNCTIONS[name]!);
    if (name === 'today' && !isMethod) {
      if (args.length)
        throw errorAt(node, 'formulaWrongArguments', 'Write it like this: today().', { usage: 'today()' });
      this.asksToday = true;
      return part(node, DATE, (env) => env.inputs.today);
    }
    const found = Object.hasOwn(FORMULA_FUNCTIONS, name) ? FORMULA_FUNCTIONS[name]! : undefined;
    if (!found || (isMethod && !found.isMethod)) {
      const near = nearest(name, [...Object.keys(FORMULA_FUNCTIONS), 'today']);
      throw errorAt(
        node,
        'formulaUnknownFunction',
        `There is no function "${name}". ${found ? `Write it like this: ${found.usage}.` : near === undefined ? 'Choose one from the list.' : `Did you mean "${near}"?`}`,
        { name, ...(found ? { usage: found.usage } : near === undefined ? {} : { suggestion: near }) },
      );
    }
    const { usage, count, make } = found;
    if (args.length < count[0] || args.length > count[1])
      throw errorAt(node, 'formulaWrongArguments', `Write it like this: ${usage}.`, { usage });
    return make(
      args.map((arg) => this.compile(arg, locals)),
      node,
    );
  }

  private binary(node: ASTNode, op: string, a: Part, b: Part): Part {
    switch (op) {
      case '==':
      case '!=':
        return this.equality(node, op === '==', a, b);
      case 'in': {
        if (b.type.is !== 'list') throw wrongType(b, 'a list');
        const type = comparable(a, { ...b, type: b.type.of });
        return part(node, BOOLEAN, (env) => {
          const value = a.run(env);
          return ((b.run(env) as FormulaValue[] | null) ?? []).some((each) => isSame(type, value, each));
        });
      }
      case '<':
      case '<=':
      case '>':
      case '>=': {
        const type = comparable(a, b);
        demand({ ...a, type }, 'number', 'text', 'date', 'datetime');
        const holds = HOLDS[op];
        return part(node, BOOLEAN, (env) => {
          const [one, other] = [a.run(env), b.run(env)];
          return one !== null && other !== null && holds(order(type, one as string, other as string));
        });
      }
      default:
        return this.arithmetic(node, op, a, b);
    }
  }

  private equality(node: ASTNode, isWanted: boolean, a: Part, b: Part): Part {
    const type = comparable(a, b);
    if (type.is === 'list') throw wrongType(a, 'a single value');
    return part(node, BOOLEAN, (env) => isSame(type, a.run(env), b.run(env)) === isWanted);
  }

  private arithmetic(node: ASTNode, op: string, a: Part, b: Part): Part {
    const kinds = `${a.type.is} ${b.type.is}`;
    const scale = (combine: (a: number, b: number) => number): FormulaType => ({
      is: 'number',
      scale: both(scaleOf(a.type), scaleOf(b.type), combine),
    });
    if (op === '+') {
      if (a.type.is === 'text' || b.type.is === 'text') {
        demand(a, 'text');
        demand(b, 'text');
        // An empty text adds nothing to another.
        return part(node, TEXT, (env) =>
          boundedText(((a.run(env) as string | null) ?? '') + ((b.run(env) as string | null) ?? ''), node),
        );
      }
      if (kinds === 'date number')
        return strict(node, DATE, [a, b], (day: string, n: string) => daysLater(day, n, node));
      if (kinds === 'datetime number')
        return strict(node, DATETIME, [a, b], (at: string, n: string) => timeLater(at, n, node));
    }
    if (op === '-') {
      if (kinds === 'date date') return strict(node, WHOLE, [b, a], daysBetween);
      if (kinds === 'datetime datetime') return strict(node, { is: 'number', scale: 6 }, [b, a], timeBetween);
      if (kinds === 'date number')
        return strict(node, DATE, [a, b], (day: string, n: string) =>
          daysLater(day, multiply(n, '-1'), node),
        );
      if (kinds === 'datetime number')
        return strict(node, DATETIME, [a, b], (at: string, n: string) =>
          timeLater(at, multiply(n, '-1'), node),
        );
    }
    demand(a, 'number');
    demand(b, 'number');
    const { type, apply } = NUMERIC[op]!(scale);
    return strict(node, type, [a, b], (x: string, y: string) => apply(x, y, node));
  }
}

type Scale = (combine: (a: number, b: number) => number) => FormulaType;

const NUMERIC: Record<
  string,
  (scale: Scale) => { type: FormulaType; apply(a: string, b: string, at: ASTNode): string }
> = {
  '+': (scale) => ({ type: scale(Math.max), apply: (a, b, at) => bounded(add(a, b), at) }),
  '-': (scale) => ({ type: scale(Math.max), apply: (a, b, at) => bounded(subtract(a, b), at) }),
  '*': (scale) => ({ type: scale((x, y) => x + y), apply: (a, b, at) => bounded(multiply(a, b), at) }),
  '/': () => ({ type: NUMBER, apply: quotient }),
  '%': (scale) => ({ type: scale(Math.max), apply: remainder }),
};

const HOLDS = {
  '<': (n: number) => n < 0,
  '<=': (n: number) => n <= 0,
  '>': (n: number) => n > 0,
  '>=': (n: number) => n >= 0,
} as const;

/** Returns the type that both have. @throws FormulaError if they can't be compared */
function comparable(a: Part, b: Part): FormulaType {
  const type = unified(a.type, b.type);
  if (!type) throw wrongType(b, typeWords(a.type));
  return type;
}

/** Whether values of a type are the same. Two empty ones are. */
function isSame(type: FormulaType, a: FormulaValue, b: FormulaValue): boolean {
  if (a === null || b === null) return a === b;
  return type.is === 'number' || type.is === 'datetime'
    ? order(type, a as string, b as string) === 0
    : a === b;
}
