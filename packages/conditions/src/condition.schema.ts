/** The structure of a tree, independent of any object's fields. */
import { z } from 'zod';
import { type Condition, LINE_MATCHES, type LineMatch } from './condition.types.js';
import { readLinkTest } from './record-link.js';
import { isChangeOperator, isOperator, operatorNames, stateOperatorNames } from './operators.js';
import { splitPath } from './tree.js';

/** Limits for one tree, to bound the load on the database. */
export const CONDITION_LIMITS = {
  /** Maximum nesting of all, any and not around a leaf. */
  depth: 8,
  leaves: 200,
  /** Maximum number of values in one list. */
  list: 1000,
  /** Maximum number of characters of one text value. */
  text: 4000,
  /** Maximum number of fields on one dotted path. */
  path: 6,
} as const;

const MAX_PROBLEMS = 20;
const PATH = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\.[A-Za-z0-9][A-Za-z0-9_-]{0,99})*$/;
const KEY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const SHAPES =
  'give {"all": […]}, {"any": […]}, {"not": …}, {"lines", "match", "where"} or {"field", "op", "value"}';

interface StructureProblem {
  path: (string | number)[];
  message: string;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks untrusted input by hand, because a union's own error would only say that nothing matched. */
class StructureCheck {
  readonly problems: StructureProblem[] = [];
  private leaves = 0;
  /** Key of the lines that the present condition is about. */
  private within: string | undefined;

  /** @param isOverChange whether operators over a change are known */
  constructor(private readonly isOverChange: boolean) {}

  visit(node: unknown, path: (string | number)[], depth: number): undefined {
    if (this.problems.length >= MAX_PROBLEMS) return;
    if (!isPlainObject(node)) return this.report(path, `a condition is an object: ${SHAPES}`);
    const keys = Object.keys(node);
    if (keys.includes('lines')) return this.visitLines(node, keys, path, depth);
    const group = keys.find((key) => key === 'all' || key === 'any' || key === 'not');
    if (group === undefined) return this.visitLeaf(node, keys, path);
    const extra = keys.filter((key) => key !== group);
    if (extra.length)
      return this.report(
        path,
        `"${group}" stands alone in its object: move ${quoted(extra)} into a condition of its own`,
      );
    if (depth >= CONDITION_LIMITS.depth)
      return this.report(path, `conditions are nested too deep: ${CONDITION_LIMITS.depth} levels at most`);
    const inner = node[group];
    if (group === 'not') return this.visit(inner, [...path, 'not'], depth + 1);
    if (!Array.isArray(inner)) return this.report([...path, group], `"${group}" takes a list of conditions`);
    if (inner.length > CONDITION_LIMITS.leaves) return this.tooManyLeaves([...path, group]);
    for (const [i, child] of inner.entries()) this.visit(child, [...path, group, i], depth + 1);
  }

  private visitLines(
    node: Record<string, unknown>,
    keys: string[],
    path: (string | number)[],
    depth: number,
  ): undefined {
    const { lines, match, where } = node;
    const extra = keys.filter((key) => key !== 'lines' && key !== 'match' && key !== 'where');
    if (extra.length)
      return this.report(path, `unknown key ${quoted(extra)}: give {"lines", "match", "where"}`);
    if (this.within !== undefined)
      return this.report(path, 'a question about lines cannot be part of another one: join them with "all"');
    if (typeof lines !== 'string' || !KEY.test(lines))
      return this.report([...path, 'lines'], 'name the lines by their key: "lines"');
    if (!LINE_MATCHES.includes(match as LineMatch))
      return this.report([...path, 'match'], `use one of ${LINE_MATCHES.join(', ')}`);
    if (depth >= CONDITION_LIMITS.depth)
      return this.report(path, `conditions are nested too deep: ${CONDITION_LIMITS.depth} levels at most`);
    if (++this.leaves > CONDITION_LIMITS.leaves) return this.tooManyLeaves(path);
    this.within = lines;
    this.visit(where, [...path, 'where'], depth + 1);
    this.within = undefined;
  }

  private visitLeaf(node: Record<string, unknown>, keys: string[], path: (string | number)[]): undefined {
    const extra = keys.filter((key) => key !== 'field' && key !== 'op' && key !== 'value');
    if (extra.length) return this.report(path, `unknown key ${quoted(extra)}: ${SHAPES}`);
    if (++this.leaves > CONDITION_LIMITS.leaves) return this.tooManyLeaves(path);
    const { field, op, value } = node;
    if (typeof field !== 'string' || !PATH.test(field))
      this.report(
        [...path, 'field'],
        'name a field by its key, through references with dots: "account.industry"',
      );
    else if (this.within !== undefined && !field.startsWith(`${this.within}.`))
      this.report(
        [...path, 'field'],
        `within a question about lines, name their fields: "${this.within}.quantity"`,
      );
    else if (splitPath(field).length > CONDITION_LIMITS.path)
      this.report([...path, 'field'], `a path has ${CONDITION_LIMITS.path} parts at most`);
    if (isOperator(op) && isChangeOperator(op) && !this.isOverChange)
      this.report(
        [...path, 'op'],
        `"${op}" compares a record before and after a change: it works in rules, not in filters and roles`,
      );
    else if (!isOperator(op))
      this.report(
        [...path, 'op'],
        `${typeof op === 'string' ? `unknown operator "${op.slice(0, 40)}"` : 'an operator is missing'}: use one of ${(this.isOverChange ? operatorNames() : stateOperatorNames()).join(', ')}`,
      );
    if (Array.isArray(value)) {
      if (value.length > CONDITION_LIMITS.list)
        return this.report(
          [...path, 'value'],
          `a list has ${CONDITION_LIMITS.list} values at most, this one ${value.length}`,
        );
      for (const [i, item] of value.entries()) this.visitValue(item, [...path, 'value', i]);
    } else this.visitValue(value, [...path, 'value']);
  }

  private visitValue(value: unknown, path: (string | number)[]): undefined {
    if (typeof value === 'object' && value !== null && readLinkTest(value) === undefined)
      this.report(
        path,
        'a value is a text, a number, true, false, a record {"object", "id"}, a role {"role"}, or a list of these',
      );
    else if (typeof value === 'string' && value.length > CONDITION_LIMITS.text)
      this.report(path, `a text to compare with has ${CONDITION_LIMITS.text} characters at most`);
  }

  private tooManyLeaves(path: (string | number)[]): undefined {
    this.report(path, `too many conditions: ${CONDITION_LIMITS.leaves} comparisons at most`);
  }

  private report(path: (string | number)[], message: string): undefined {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ path, message });
  }
}

function quoted(keys: string[]): string {
  return keys
    .slice(0, 5)
    .map((key) => `"${key.slice(0, 40)}"`)
    .join(', ');
}

const scalar = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z
    .object({ object: z.string(), id: z.uuid(), role: z.string().nullish() })
    .describe('A record of any object, perhaps in a role'),
  z.object({ role: z.string() }).describe('Any record in a role'),
]);

/** Returns the schema of trees over these operators. @param meta its name in the API document */
function treeOf(
  operators: readonly string[],
  meta: { id: string; description: string },
): z.ZodType<Condition> {
  const tree: z.ZodType<Condition> = z
    .lazy(() =>
      z.union([
        z.strictObject({ all: z.array(tree) }),
        z.strictObject({ any: z.array(tree) }),
        z.strictObject({ not: tree }),
        z.strictObject({
          lines: z.string().describe('Key of the lines that a record owns: "lines"'),
          match: z
            .enum(LINE_MATCHES)
            .describe('Whether `where` must hold for at least one line, for none, or for every one'),
          where: tree,
        }),
        z.strictObject({
          field: z.string().describe('Key of a field, dotted through references: "account.industry"'),
          op: z.enum(operators as [string, ...string[]]),
          value: z.union([scalar, z.array(scalar)]).optional(),
        }),
      ]),
    )
    .meta(meta) as z.ZodType<Condition>;
  return tree;
}

function checked(tree: z.ZodType<Condition>, isOverChange: boolean): z.ZodType<Condition> {
  return z.preprocess((input, context) => {
    const check = new StructureCheck(isOverChange);
    check.visit(input, [], 0);
    for (const { path, message } of check.problems) context.addIssue({ code: 'custom', path, message });
    return check.problems.length ? z.NEVER : input;
  }, tree);
}

/**
 * Checks the structure only: shapes, known operators, limits of `CONDITION_LIMITS`. `checkCondition` checks whether
 * fields exist and values suit them. At most 20 problems are reported.
 */
export const conditionSchema: z.ZodType<Condition> = checked(
  treeOf(stateOperatorNames(), {
    id: 'Condition',
    description: 'A filter: all, any and not over comparisons of a field with a value.',
  }),
  false,
);

/** The same for conditions over a change of a record, which also know `changed`, `changed_to`, `changed_from` and `was`. */
export const changeConditionSchema: z.ZodType<Condition> = checked(
  treeOf(operatorNames(), {
    id: 'ChangeCondition',
    description: 'A condition over a change of a record: a filter that also knows the record before.',
  }),
  true,
);
