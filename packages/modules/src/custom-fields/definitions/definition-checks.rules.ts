/** What the definition of a field must fulfil, with the other definitions of the company given. */
import { isDeepStrictEqual } from 'node:util';
import { isMatchable, normalizeText } from '@pellucid/conditions';
import { exactNumber } from '@pellucid/conditions/decimal';
import type { CustomOption } from '@pellucid/platform/access';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import { CURRENCIES } from '@pellucid/platform/money';
import {
  currencyKeyIn,
  customField,
  isIndexable,
  MAX_PATTERN,
  parseFieldValue,
  patternFault,
  RECORD_CURRENCY,
  type RecordDescriptor,
  SERVER_FIELD_TYPES,
  type ServerFieldType,
  type ValueSetting,
} from '@pellucid/platform/records';
import { settingsStored } from './definition-form.rules.js';
import type { FieldContent } from './definition.types.js';
import { ruleProblems } from './field-rules.rules.js';

/** Most options of a field. */
export const MAX_OPTIONS = 250;

/** Most decimals of a number: stored values have 18 digits in all. */
export const MAX_SCALE = 8;

/** Longest text of each kind. */
const MAX_LENGTH = { line: 1_000, multiline: 100_000 };

/** What a definition is checked against. */
export interface DefinitionGround {
  /** Every object as the company sees it, by key. */
  objects: ReadonlyMap<string, RecordDescriptor>;
  /** Ids of the legal entities that the definition names and that exist. */
  entities: ReadonlySet<string>;
  /** The field as it was; undefined for a new one. */
  before?: FieldContent | undefined;
  /** Whether it gets another type, so that what was said about its values counts no more. */
  isNewType?: boolean;
}

const VALUE_SETTINGS: readonly ValueSetting[] = [
  'options',
  'dependsOn',
  'references',
  'linksTo',
  'maxLength',
  'pattern',
  'scale',
  'min',
  'max',
  'currency',
];

/** Settings that decide how values are stored, so they can't be changed once there may be values. */
const FIXED = ['references', 'linksTo', 'scale', 'currency', 'searchable'] as const;

const isSaid = (value: unknown) => value !== undefined && value !== null;

/** Returns everything that is wrong with a definition, each with a pointer into the body. */
export function definitionProblems(content: FieldContent, ground: DefinitionGround): FieldProblem[] {
  const object = ground.objects.get(content.object);
  if (!object) return [unknownObject('/object', content.object, ground)];
  const traits = SERVER_FIELD_TYPES[content.type];
  const misfits = [...fixedProblems(content, ground), ...typeProblems(content, traits)];
  if (misfits.length) return misfits;
  const problems = [
    ...labelProblems(content, object, ground),
    ...optionProblems(content, traits, ground),
    ...rangeProblems(content, traits, object),
    ...limitProblems(content, traits, ground),
    ...referenceProblems(content, traits, ground),
    ...lookupProblems(content, traits),
    ...ruleProblems(content, object, ground),
  ];
  return problems.length ? problems : defaultProblems(content);
}

function fixedProblems(content: FieldContent, { before, isNewType }: DefinitionGround): FieldProblem[] {
  if (!before || isNewType) return [];
  return FIXED.filter((key) => !isDeepStrictEqual(content[key] ?? null, before[key] ?? null)).map((key) => ({
    pointer: pointer(key),
    code: 'fixedSetting',
    message: `"${key}" can't be changed once the field exists. Add another field instead.`,
    params: { setting: key },
  }));
}

/** Refuses settings that say nothing about values of the type. */
function typeProblems(content: FieldContent, traits: ServerFieldType): FieldProblem[] {
  const own = new Set<string>(traits.ownSettings);
  return VALUE_SETTINGS.filter((key) => isSaid(content[key]) && !own.has(key)).map((key) => ({
    pointer: pointer(key),
    code: 'settingNotForType',
    message: `Fields of type "${content.type}" have no "${key}". Leave it out${own.size ? `, or use: ${[...own].join(', ')}` : ''}.`,
    params: { setting: key, type: content.type },
  }));
}

function labelProblems(
  { label, name }: FieldContent,
  object: RecordDescriptor,
  { before }: DefinitionGround,
): FieldProblem[] {
  const isOwn = (key: string) => before !== undefined && key === `custom.${name}`;
  const taken = object.fields.some((f) => !isOwn(f.key) && normalizeText(f.label) === normalizeText(label));
  return taken && label !== before?.label
    ? [
        {
          pointer: '/label',
          code: 'labelTaken',
          message: `The object already has a field labelled "${label}", so people and imports could mix them up. Choose another label.`,
        },
      ]
    : [];
}

function optionProblems(
  { options }: FieldContent,
  traits: ServerFieldType,
  { before, isNewType }: DefinitionGround,
): FieldProblem[] {
  if (!traits.ownSettings?.includes('options')) return [];
  // Links may have roles, and need not.
  if (!options?.length && !(traits.ownSettings.includes('linksTo') && !before?.options?.length))
    return [{ pointer: '/options', code: 'optionsMissing', message: 'Add at least one option.' }];
  if (!options?.length) return [];
  if (options.length > MAX_OPTIONS)
    return [
      {
        pointer: '/options',
        code: 'tooManyOptions',
        message: `A field can have at most ${MAX_OPTIONS} options. This one has ${options.length}.`,
        params: { max: MAX_OPTIONS },
      },
    ];
  const gone = (isNewType ? [] : (before?.options ?? [])).filter(
    (o) => !options.some(({ value }) => value === o.value),
  );
  if (gone.length)
    return [
      {
        pointer: '/options',
        code: 'optionMissing',
        message: `Options can't be removed, because records may have them. Keep ${gone.map((o) => `"${o.value}"`).join(', ')}.`,
      },
    ];
  return options.flatMap((option, i) => twiceProblem(option, i, options));
}

/** Refuses an option whose value or label an earlier one has: people and files couldn't tell them apart. */
function twiceProblem(option: CustomOption, i: number, all: CustomOption[]): FieldProblem[] {
  const words = (o: CustomOption) => [normalizeText(o.value), normalizeText(o.label)];
  const earlier = all.slice(0, i).find((o) => words(o).some((word) => words(option).includes(word)));
  return earlier
    ? [
        {
          pointer: pointer('options', i),
          code: 'optionTwice',
          message: `"${option.label}" and "${earlier.label}" can't be told apart. Give each option its own value and label.`,
        },
      ]
    : [];
}

function rangeProblems(
  content: FieldContent,
  traits: ServerFieldType,
  object: RecordDescriptor,
): FieldProblem[] {
  const { min, max, scale, currency, maxLength } = content;
  const problems: FieldProblem[] = [];
  if (isSaid(min) && isSaid(max) && min! > max!)
    problems.push({
      pointer: '/min',
      code: 'minAboveMax',
      message: `The minimum ${min} is greater than the maximum ${max}. Swap them.`,
    });
  if (isSaid(scale) && scale! > MAX_SCALE)
    problems.push({
      pointer: '/scale',
      code: 'tooPrecise',
      message: `A number can have at most ${MAX_SCALE} decimal places.`,
      params: { max: MAX_SCALE },
    });
  if (isSaid(content.pattern)) {
    const fault =
      content.pattern!.length > MAX_PATTERN
        ? `longer than ${MAX_PATTERN} characters`
        : patternFault(content.pattern!);
    if (fault)
      problems.push({
        pointer: '/pattern',
        code: 'invalidPattern',
        message: `The pattern can't be used (${fault}). Write a regular expression in RE2's syntax, without look-around and back-references.`,
      });
  }
  const longest = traits.isMultiline ? MAX_LENGTH.multiline : MAX_LENGTH.line;
  if (isSaid(maxLength) && maxLength! > longest)
    problems.push({
      pointer: '/maxLength',
      code: 'tooLong',
      message: `The text can have at most ${longest} characters.`,
      params: { max: longest },
    });
  const isCurrency =
    currency === RECORD_CURRENCY
      ? currencyKeyIn(object) !== undefined
      : (CURRENCIES as readonly string[]).includes(currency ?? '');
  if (traits.isAmount && !content.computed && !isCurrency)
    problems.push({
      pointer: '/currency',
      code: 'unknownCurrency',
      message:
        currency === RECORD_CURRENCY
          ? 'Records of this object have no currency. Name one by its ISO 4217 code, like "EUR".'
          : 'Name the currency of the amounts by its ISO 4217 code, like "EUR".',
    });
  return problems;
}

/** Refuses a minimum or maximum that no value of the field could have. */
function limitProblems(
  content: FieldContent,
  traits: ServerFieldType,
  { before, isNewType }: DefinitionGround,
): FieldProblem[] {
  if (content.computed) return [];
  return (['min', 'max'] as const).flatMap((key) => {
    const limit = content[key];
    const isKept = !isNewType && limit === before?.[key];
    if (!isSaid(limit) || isKept || !traits.ownSettings?.includes(key)) return [];
    const f = describedBy({ ...content, min: null, max: null });
    const text = exactNumber(limit!);
    const parsed = text === undefined ? undefined : parseFieldValue(f, f.scale === 0 ? limit : text);
    if (parsed && !('problem' in parsed)) return [];
    return [
      {
        pointer: pointer(key),
        code: 'limitNotStorable',
        message: `No value of the field can be ${limit}${parsed ? `: ${parsed.problem.message}` : '.'} Choose another limit.`,
      },
    ];
  });
}

function referenceProblems(
  { references, linksTo }: FieldContent,
  traits: ServerFieldType,
  ground: DefinitionGround,
): FieldProblem[] {
  // They can't be changed any more, and one of the objects may be gone by now.
  if (ground.before && !ground.isNewType) return [];
  if (traits.ownSettings?.includes('linksTo')) {
    if (!linksTo?.length)
      return [
        {
          pointer: '/linksTo',
          code: 'referencesMissing',
          message: 'List the objects that the field may link to, by their keys from GET /objects.',
        },
      ];
    return linksTo.flatMap((key, i) =>
      ground.objects.has(key) ? [] : [unknownObject(pointer('linksTo', i), key, ground)],
    );
  }
  if (!traits.ownSettings?.includes('references')) return [];
  if (!references)
    return [
      {
        pointer: '/references',
        code: 'referencesMissing',
        message: 'Name the object that the field refers to, by its key from GET /objects.',
      },
    ];
  return ground.objects.has(references) ? [] : [unknownObject('/references', references, ground)];
}

/** Refuses uniqueness and indexes for types whose values can't be looked up. */
function lookupProblems(content: FieldContent, traits: ServerFieldType): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const refuse = (key: 'unique' | 'indexed' | 'searchable', code: string, message: string) =>
    problems.push({ pointer: pointer(key), code, message, params: { type: content.type } });
  if (content.unique && !isMatchable(content.type))
    refuse(
      'unique',
      'cannotBeUnique',
      `Values of type "${content.type}" can't be unique, because they can't tell records apart.`,
    );
  if (content.indexed && !isIndexable(traits))
    refuse('indexed', 'cannotBeIndexed', `Values of type "${content.type}" can't have an index.`);
  if (content.searchable && !traits.hasNormColumn)
    refuse('searchable', 'cannotBeSearched', `Only fields with one line of text can be searched.`);
  return problems;
}

/** Returns the field that a definition describes. */
const describedBy = (content: FieldContent) =>
  customField({ ...content, id: '', slot: 0, isDeleted: false, settings: settingsStored(content) });

/** Checks the default like a value that somebody enters. */
function defaultProblems(content: FieldContent): FieldProblem[] {
  if (!isSaid(content.default)) return [];
  const refuse = (code: string, message: string): FieldProblem[] => [{ pointer: '/default', code, message }];
  if (content.references || content.linksTo)
    return refuse('defaultNotForType', "References can't have a default, because the record may be deleted.");
  if (content.unique)
    return refuse(
      'defaultNotUnique',
      "A unique field can't have a default: two new records would have the same value.",
    );
  const f = describedBy(content);
  const parsed = parseFieldValue(f, content.default);
  return 'problem' in parsed ? [{ ...parsed.problem, pointer: '/default' }] : [];
}

function unknownObject(at: string, key: string, { objects }: DefinitionGround): FieldProblem {
  return {
    pointer: at,
    code: 'unknownObject',
    message: `There is no object "${key.slice(0, 80)}". Use one of: ${[...objects.keys()].slice(0, 12).join(', ')}${objects.size > 12 ? ', …' : ''}.`,
  };
}
