import { Inject, Injectable } from '@nestjs/common';
import { checkCondition, type Condition, type FieldType, fieldsOf } from '@pellucid/conditions';
import type {
  AutoNumberSettings,
  ComputedSettings,
  CustomFieldSettings,
  RollupSettings,
  TenantSnapshot,
} from '../../access/index.js';
import type { FieldProblem } from '../../errors/index.js';
import { checkFormula, type Formula, type FormulaType } from '../../formulas/index.js';
import { mentionsTime, ownFields, piiOf } from '../decide/index.js';
import {
  fieldOf,
  type FieldDescriptor,
  type PiiClass,
  type RecordDescriptor,
  RecordRegistry,
  SERVER_FIELD_TYPES,
} from '../describe/index.js';
import { circleOf } from './computed-circles.js';
import { CREATED_AT, formulaNames } from './formula-names.js';

/** A computed field as somebody wishes it. Exactly one of the three ways is given. */
export interface ComputedWish {
  /** The field's name in `custom`. */
  name: string;
  formula?: string;
  rollup?: Omit<RollupSettings, 'kind'>;
  autoNumber?: Omit<AutoNumberSettings, 'kind'>;
  /** The type of the value, if it is not to be the one that follows from how it is made. */
  valueType?: FieldType | undefined;
  /** Decimals of a number, and the currency of an amount, if they are not to follow either. */
  scale?: number | undefined;
  currency?: string | undefined;
}

/** What a computed field stores: the type of its value, and settings. */
export interface ComputedContent {
  type: FieldType;
  settings: Pick<CustomFieldSettings, 'computed' | 'scale' | 'currency' | 'pii' | 'maxLength'>;
}

/** What type fields of a formula's result have, and the family of those that they may have instead. */
const VALUE_TYPES: Partial<Record<FormulaType['is'], { field: FieldType; family: string }>> = {
  number: { field: 'number', family: 'decimal' },
  text: { field: 'text', family: 'text' },
  boolean: { field: 'boolean', family: 'boolean' },
  date: { field: 'date', family: 'date' },
  datetime: { field: 'datetime', family: 'datetime' },
};

/** Decimals of a number of which the formula says nothing, and most decimals of a stored number. */
const SCALES = { usual: 2, most: 8 };
/** Longest stored text of a formula. */
const TEXT_LENGTH = 1_000;

/** From the most public to the most private. */
const CLASSES: PiiClass[] = ['public', 'internal', 'personal', 'sensitive', 'secret'];

/** Checks how a company wants values to be made. */
@Injectable()
export class ComputedDefinitions {
  constructor(@Inject(RecordRegistry) private readonly registry: RecordRegistry) {}

  /** Returns what to store for a computed field of an object, or what is wrong with it. */
  check(
    object: RecordDescriptor,
    wish: ComputedWish,
    snapshot: TenantSnapshot,
  ): ComputedContent | { problems: FieldProblem[] } {
    const found =
      wish.formula !== undefined
        ? this.formula(object, wish, snapshot)
        : wish.rollup
          ? this.rollup(object, wish.rollup, snapshot)
          : numbered(wish.autoNumber ?? {});
    if ('problems' in found) return found;
    const typed = withWishedType(found, wish);
    if ('problems' in typed) return typed;
    const circle = circleOf(this.registry, snapshot, {
      object,
      key: `custom.${wish.name}`,
      computed: typed.settings.computed!,
    });
    const at = wish.formula === undefined ? '/rollup' : '/formula';
    if (circle)
      return {
        problems: [
          {
            pointer: at,
            code: 'computedCircle',
            message: `These fields would be made of each other: ${circle.join(' → ')}. Leave one of them out.`,
            params: { path: circle },
          },
        ],
      };
    return typed;
  }

  /** Returns the formula of an object, or what is wrong with it. */
  checkFormula(
    object: RecordDescriptor,
    text: string,
    snapshot: TenantSnapshot,
  ): Formula | { problems: FieldProblem[] } {
    const checked = checkFormula(text, formulaNames(object, this.registry, snapshot));
    if (!('problem' in checked)) {
      if (VALUE_TYPES[checked.type.is]) return checked;
      return {
        problems: [
          {
            pointer: '/formula',
            code: 'formulaWrongType',
            message:
              'The result must be a number, text, yes or no, a date, or a date and time. Use a field of the record, or a function like size or sum.',
            params: { start: 0, end: text.length },
          },
        ],
      };
    }
    const { code, message, start, end, params } = checked.problem;
    return { problems: [{ pointer: '/formula', code, message, params: { ...params, start, end } }] };
  }

  private formula(
    object: RecordDescriptor,
    { formula: text }: ComputedWish,
    snapshot: TenantSnapshot,
  ): ComputedContent | { problems: FieldProblem[] } {
    const formula = this.checkFormula(object, text!, snapshot);
    if ('problems' in formula) return formula;
    if (formula.asksToday) return { problems: [todayProblem(text!)] };
    const from = new Set<string>();
    const lines = new Set<string>();
    let pii: PiiClass = 'internal';
    for (const { key, far, inLines } of formula.reads) {
      if (key === CREATED_AT) continue;
      const f = object.byKey.get(key);
      if (inLines !== undefined) {
        lines.add(`${key}.${inLines}`);
        pii = stricter(pii, classOf(object, fieldOf(object, `${key}.${inLines}`), snapshot));
        continue;
      }
      from.add(key);
      pii = stricter(pii, classOf(object, f, snapshot));
      if (far === undefined || far === CREATED_AT) continue;
      from.add(`${key}.${far}`);
      const target = this.registry.forTenant(f!.references!, snapshot);
      pii = stricter(pii, classOf(target, target.byKey.get(far), snapshot));
    }
    const { type } = formula;
    return {
      type: VALUE_TYPES[type.is]!.field,
      settings: {
        ...(type.is === 'number' ? { scale: Math.min(type.scale ?? SCALES.usual, SCALES.most) } : {}),
        ...(type.is === 'text' ? { maxLength: TEXT_LENGTH } : {}),
        ...(pii === 'internal' ? {} : { pii }),
        computed: {
          kind: 'formula',
          formula: text!,
          sources: { from: [...from], ...(lines.size ? { lines: [...lines] } : {}) },
        },
      },
    };
  }

  private rollup(
    object: RecordDescriptor,
    wish: Omit<RollupSettings, 'kind'>,
    snapshot: TenantSnapshot,
  ): ComputedContent | { problems: FieldProblem[] } {
    const refuse = (at: string, code: string, message: string): { problems: FieldProblem[] } => ({
      problems: [{ pointer: `/rollup/${at}`, code, message }],
    });
    if (!this.registry.has(wish.object, snapshot))
      return refuse(
        'object',
        'unknownObject',
        `There is no object "${wish.object}". Use a key from GET /objects.`,
      );
    const counted = this.registry.forTenant(wish.object, snapshot);
    const reference = counted.byKey.get(wish.field);
    if (
      !reference?.storage.linked ||
      !reference.filterable ||
      !this.registry.targetsOf(reference, snapshot).includes(object.key)
    )
      return refuse(
        'field',
        'noReferenceBack',
        `"${wish.field}" is no field by which ${counted.pluralLabel.toLowerCase()} refer to ${object.pluralLabel.toLowerCase()}. Choose a reference.`,
      );
    const filter = filterProblem(counted, wish.filter);
    if (filter) return refuse('filter', filter.code, filter.message);
    if (wish.fn === 'count') {
      if (wish.of !== undefined) return refuse('of', 'notForCount', 'A count has no field. Leave "of" out.');
      return this.rolledUp(wish, { type: 'number', settings: { scale: 0 } });
    }
    const of = wish.of === undefined ? undefined : counted.byKey.get(wish.of);
    const families = wish.fn === 'sum' ? ['decimal'] : ['decimal', 'date', 'datetime'];
    if (!of || !families.includes(of.traits.family) || !of.filterable || of.cipher)
      return refuse(
        'of',
        'notForRollup',
        wish.fn === 'sum'
          ? 'Choose a field with numbers or amounts to add up.'
          : 'Choose a field with numbers, amounts, dates or times to compare.',
      );
    const currency = of.traits.isAmount ? currencyOfRollup(of) : {};
    if ('isMixed' in currency)
      return refuse(
        'of',
        'mixedCurrencies',
        `Amounts of "${of.label}" are in different currencies, so they can't be compared or added up. Choose an amount in one currency.`,
      );
    const pii = classOf(counted, of, snapshot);
    return this.rolledUp(wish, {
      type: of.type,
      settings: {
        ...(of.traits.family === 'decimal' && !of.traits.isAmount ? { scale: of.scale } : {}),
        ...currency,
        ...(pii === 'internal' ? {} : { pii }),
      },
    });
  }

  private rolledUp(
    { object, field, fn, of, filter }: Omit<RollupSettings, 'kind'>,
    { type, settings }: ComputedContent,
  ): ComputedContent {
    const computed: ComputedSettings = {
      kind: 'rollup',
      object,
      field,
      fn,
      ...(of === undefined ? {} : { of }),
      ...(filter ? { filter } : {}),
    };
    return { type, settings: { ...settings, computed } };
  }
}

/** Every record would have to be written anew every night, with an event in its history. */
function todayProblem(text: string): FieldProblem {
  const start = Math.max(0, text.indexOf('today'));
  return {
    pointer: '/formula',
    code: 'formulaNotAllowed',
    message:
      'The value is stored, so it can\'t depend on the date of today. Compare dates of the record, or filter lists by "in the last days".',
    params: { start, end: start + 'today()'.length },
  };
}

function classOf(
  { key }: RecordDescriptor,
  f: FieldDescriptor | undefined,
  snapshot: TenantSnapshot,
): PiiClass {
  return f ? piiOf(key, f, snapshot) : 'internal';
}

const stricter = (a: PiiClass, b: PiiClass) => (CLASSES.indexOf(b) > CLASSES.indexOf(a) ? b : a);

function numbered({ prefix, digits, start }: Omit<AutoNumberSettings, 'kind'>): ComputedContent {
  return {
    type: 'text',
    settings: {
      maxLength: 100,
      computed: {
        kind: 'autoNumber',
        ...(prefix ? { prefix } : {}),
        ...(digits === undefined ? {} : { digits }),
        ...(start === undefined ? {} : { start }),
      },
    },
  };
}

/** Returns the currency of a roll-up of amounts: none for the base currency. */
function currencyOfRollup(of: FieldDescriptor): { currency?: string } | { isMixed: true } {
  if (of.comparedBy !== undefined || of.currency === 'base' || of.keptIn) return {};
  if (typeof of.currency === 'object' && 'fixed' in of.currency) return { currency: of.currency.fixed };
  return { isMixed: true };
}

function filterProblem(counted: RecordDescriptor, filter: Condition | undefined) {
  if (!filter) return undefined;
  const [problem] = checkCondition(filter, ownFields(counted));
  if (problem) return { code: problem.code, message: problem.message };
  if (mentionsTime(filter))
    return {
      code: 'filterAsksTime',
      message: "The roll-up is stored, so its filter can't depend on today. Use fixed dates.",
    };
  const secret = fieldsOf(filter).find((path) => path.length > 1 || counted.byKey.get(path[0]!)?.cipher);
  return secret
    ? {
        code: 'filterNotAllowed',
        message: `The filter can't ask "${secret.join('.')}". Use other fields of the records.`,
      }
    : undefined;
}

/** Returns the content with the type, decimals and currency that somebody wishes, if the values suit them. */
function withWishedType(
  { type, settings }: ComputedContent,
  { valueType, scale, currency }: ComputedWish,
): ComputedContent | { problems: FieldProblem[] } {
  const wanted = valueType ?? type;
  const traits = SERVER_FIELD_TYPES[wanted];
  if (traits.family !== SERVER_FIELD_TYPES[type].family || !traits.ownSettings)
    return {
      problems: [
        {
          pointer: '/valueType',
          code: 'valueTypeMismatch',
          message: `The values are of type "${type}", so the field can't be of type "${wanted}".`,
          params: { type },
        },
      ],
    };
  const { scale: _, currency: own, ...rest } = settings;
  const decimals = traits.ownSettings.includes('scale')
    ? (scale ?? settings.scale ?? SCALES.usual)
    : undefined;
  const money = traits.ownSettings.includes('currency') ? (currency ?? own) : undefined;
  // Amounts of a roll-up have a currency of their own, or the base currency.
  if (wanted !== type && traits.isAmount && money === undefined)
    return {
      problems: [
        {
          pointer: '/currency',
          code: 'currencyMissing',
          message: 'Name the currency of the amounts, like "EUR".',
        },
      ],
    };
  return {
    type: wanted,
    settings: {
      ...rest,
      ...(decimals === undefined ? {} : { scale: Math.min(decimals, SCALES.most) }),
      ...(money === undefined ? {} : { currency: money }),
    },
  };
}
