import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeConditionSchema,
  changeOperatorsFor,
  checkCondition,
  type Condition,
  ConditionError,
  compileChangeEvaluator,
  compileEvaluator,
  conditionSchema,
  FIELD_TYPES,
  type FieldType,
  isChangeOperator,
  isSet,
  type Leaf,
  type Operator,
  OPERATORS,
  operatorsFor,
  readerOf,
  toSql,
} from '../src/index.js';
import { CLOCK, leafAmong, leafOf, RECORDS, treeOver } from './arbitraries.js';
import { clock, FIELDS, resolver } from './sample-fields.js';

type Values = Record<string, unknown>;
const over = (condition: Condition, before: Values, after: Values, at = clock) =>
  compileChangeEvaluator(condition, resolver, at)({ before: readerOf(before), after: readerOf(after) });
const among = (ops: readonly Operator[]) =>
  fc.oneof(...Object.values(FIELDS).flatMap((info) => ops.map((op) => leafOf(info.key, info, op))));
const CHANGE = (Object.keys(OPERATORS) as Operator[]).filter(isChangeOperator);
const named = ({ field, value }: Leaf, type: FieldType): Leaf => ({
  field,
  op: isSet(FIELD_TYPES[type].family) ? 'contains' : 'eq',
  value,
});

describe('conditions over a change', () => {
  it('agree with two evaluations of the same value, before and after', () => {
    fc.assert(
      fc.property(
        RECORDS,
        among(CHANGE.filter((op) => op !== 'changed')),
        CLOCK,
        ([before, after], leaf, at) => {
          fc.pre(checkCondition(leaf, resolver, 'change').length === 0);
          const equals = compileEvaluator(named(leaf, FIELDS[leaf.field]!.type), resolver, at);
          const [was, is] = [equals(readerOf(before!)), equals(readerOf(after!))];
          const expected = {
            was,
            changed_to: is && !was,
            changed_from: was && !is,
          }[leaf.op as 'was' | 'changed_to' | 'changed_from'];
          expect(over(leaf, before!, after!, at)).toBe(expected);
        },
      ),
    );
  });

  it('hold "changed" whenever a value is gained or lost, and never for an equal record', () => {
    fc.assert(
      fc.property(RECORDS, among(['changed_to', 'changed_from']), ([before, after], leaf) => {
        const changed: Leaf = { field: leaf.field, op: 'changed' };
        fc.pre(checkCondition(leaf, resolver, 'change').length === 0);
        if (over(leaf, before!, after!)) expect(over(changed, before!, after!)).toBe(true);
        expect(over(changed, before!, after!)).toBe(over(changed, after!, before!));
        expect(over(changed, after!, structuredClone(after!))).toBe(false);
      }),
    );
  });

  it('read the state after the change with all other operators', () => {
    fc.assert(
      fc.property(RECORDS, treeOver(leafAmong(Object.keys(FIELDS))), CLOCK, ([before, after], tree, at) => {
        fc.pre(checkCondition(tree, resolver).length === 0);
        const state = compileEvaluator(tree, resolver, at)(readerOf(after!));
        expect(over(tree, before!, after!, at)).toBe(state);
      }),
    );
  });

  it('find values of a new record changed, and no earlier ones', () => {
    expect(over({ field: 'name', op: 'changed' }, {}, { name: 'VIP' })).toBe(true);
    expect(over({ field: 'name', op: 'changed' }, {}, { name: null })).toBe(false);
    expect(over({ field: 'labels', op: 'changed' }, {}, { labels: [] })).toBe(false);
    expect(over({ field: 'status', op: 'changed_to', value: 'won' }, {}, { status: 'won' })).toBe(true);
    expect(over({ field: 'status', op: 'was', value: 'won' }, {}, { status: 'won' })).toBe(false);
  });

  it('see a change of case, though no value is gained by it', () => {
    const [before, after] = [{ name: 'vip' }, { name: 'VIP' }];
    expect(over({ field: 'name', op: 'changed' }, before, after)).toBe(true);
    expect(over({ field: 'name', op: 'changed_to', value: 'VIP' }, before, after)).toBe(false);
  });

  it('see no change in another form of the same value', () => {
    const id = '0190a000-0000-7000-8000-00000000000a';
    for (const [field, before, after] of [
      ['amount', '1.5', 1.5],
      ['owner', { id, name: 'Ann' }, id.toUpperCase()],
      ['regions', ['New', 'won'], ['won', 'New']],
      ['seen', '2026-03-29T12:00:00Z', '2026-03-29T14:00:00+02:00'],
    ] as const)
      expect(over({ field, op: 'changed' }, { [field]: before }, { [field]: after }), field).toBe(false);
  });
});

describe('operators over a change', () => {
  it.each(CHANGE)('refuse "%s" by name where only one state is known', (op) => {
    const leaf: Leaf = op === 'changed' ? { field: 'status', op } : { field: 'status', op, value: 'won' };
    const column = () => ({ value: 'c', norm: 'n' });
    expect(checkCondition(leaf, resolver)).toMatchObject([{ pointer: '/op', code: 'needs_change' }]);
    expect(checkCondition(leaf, resolver)[0]!.message).toContain(`"${op}"`);
    expect(() => compileEvaluator(leaf, resolver, clock)).toThrow(ConditionError);
    expect(() => toSql(leaf, { param: () => '$1', clock, resolver, column })).toThrow(`"${op}"`);
    expect(conditionSchema.safeParse(leaf).error?.issues[0]?.message).toContain(`"${op}" compares`);
    expect(changeConditionSchema.safeParse(leaf).success).toBe(true);
    expect(checkCondition(leaf, resolver, 'change')).toEqual([]);
  });

  it('are offered for conditions over a change only', () => {
    for (const { type } of Object.values(FIELDS)) {
      expect(operatorsFor(type).filter(isChangeOperator)).toEqual([]);
      expect(changeOperatorsFor(type).filter(isChangeOperator)).toEqual(CHANGE);
    }
  });

  it('refuse paths, values that do not suit and values where none is taken', () => {
    const problems = (leaf: Leaf) => checkCondition(leaf, resolver, 'change').map((p) => [p.pointer, p.code]);
    expect(problems({ field: 'parent.status', op: 'changed' })).toEqual([['/field', 'needs_change']]);
    expect(problems({ field: 'status', op: 'changed', value: true })).toEqual([
      ['/value', 'value_unexpected'],
    ]);
    expect(problems({ field: 'status', op: 'was' })).toEqual([['/value', 'value_missing']]);
    expect(problems({ field: 'status', op: 'changed_to', value: 'lost' })).toEqual([
      ['/value', 'unknown_option'],
    ]);
  });
});
