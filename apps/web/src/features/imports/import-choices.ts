import { FIELD_TYPES } from '@pellucid/conditions';
import type { FieldDescription, LinesDescription, ObjectDescription } from '@/records/object-description';
import type {
  ImportedLines,
  ImportMode,
  ImportOptions,
  Inspection,
  Reading,
  UnknownReference,
} from './api/import.types';
import { filledLines, importTargets, isMatchKey, lineMatchKeys, RECORD_ID } from './import-targets';

/** The user's choices for one column. */
export interface ColumnChoice {
  /** Keys of the fields that it fills. If empty, the column is left out. */
  targets: string[];
  /** Replacements by value in the file. Null empties the cell. */
  values: Record<string, string | null>;
  by: string;
  unknown: UnknownReference;
}

/** All choices in the wizard, by column name. */
export interface ImportChoices {
  object: string;
  columns: Record<string, ColumnChoice>;
  mode: ImportMode;
  matchBy: string[];
  createsOptions: boolean;
  /** Whether it starts no workflows and notifies nobody. */
  isSilent: boolean;
  /** Whether rows that may be duplicates are imported too. */
  allowsDuplicates: boolean;
  /** What the user chose for existing lines, by key of the lines. */
  lines: Record<string, ImportedLines>;
}

const UNTOUCHED: ColumnChoice = { targets: [], values: {}, by: 'name', unknown: 'error' };

/** The choices for one column; empty ones if the user has made none. */
export function choiceOf(choices: ImportChoices, column: string): ColumnChoice {
  return choices.columns[column] ?? UNTOUCHED;
}

/** Keys of all fields filled by a column, in column order. */
export function mappedKeys(choices: ImportChoices): string[] {
  return Object.values(choices.columns).flatMap(({ targets }) => targets);
}

/** The mapped fields most likely to identify a record. */
export function suggestedMatchBy(object: ObjectDescription, keys: string[]): string[] {
  const usable = new Set(
    importTargets(object)
      .filter((field) => isMatchKey(field) && keys.includes(field.key))
      .map(({ key }) => key),
  );
  const first = [RECORD_ID, 'externalId', 'email', object.nameField, 'name'].find((key) => usable.has(key));
  return first ? [first] : [];
}

/** In: the contents of a file. Out: the initial choices, which the user can change. */
export function suggestedChoices(object: ObjectDescription, inspection: Inspection): ImportChoices {
  const mapping = inspection.suggestions.find((suggestion) => suggestion.object === object.key)?.mapping;
  const fields = new Map(importTargets(object).map((field) => [field.key, field]));
  const columns: Record<string, ColumnChoice> = {};
  for (const column of inspection.columns) {
    const suggested = mapping ? mapping[column.name] : column.suggestedField;
    if (suggested && fields.has(suggested))
      columns[column.name] = {
        ...UNTOUCHED,
        targets: [suggested],
        ...(column.areIds && { by: RECORD_ID }),
      };
  }
  const matchBy = suggestedMatchBy(
    object,
    Object.values(columns).flatMap(({ targets }) => targets),
  );
  return {
    object: object.key,
    columns,
    // A record that has an ID is there already.
    mode: matchBy.includes(RECORD_ID) ? 'update' : matchBy.length ? 'upsert' : 'create',
    matchBy,
    createsOptions: false,
    isSilent: false,
    allowsDuplicates: false,
    lines: {},
  };
}

/**
 * What becomes of existing lines: what the user chose, else those with the same required field, such as the product, are
 * updated. So importing the same file again doubles no line.
 */
export function linesChoice(lines: LinesDescription, choices: ImportChoices): ImportedLines {
  const keys = lineMatchKeys(lines, mappedKeys(choices));
  const chosen = choices.lines[lines.key];
  if (chosen && (chosen.mode !== 'match' || keys.some(({ key }) => key === chosen.matchBy))) return chosen;
  const likely = keys.find(({ required, default: preset }) => required && preset === undefined);
  return likely && chosen?.mode !== 'add' ? { mode: 'match', matchBy: likely.key } : { mode: 'add' };
}

/** Changes one column. If the last column that fills a match key stops filling it, removes the key. */
export function withColumn(
  choices: ImportChoices,
  column: string,
  change: Partial<ColumnChoice>,
): ImportChoices {
  const before = choiceOf(choices, column);
  const after = { ...before, ...change };
  // The replacements were meant for the previous field.
  if (change.targets && change.targets[0] !== before.targets[0]) after.values = {};
  const columns = { ...choices.columns, [column]: after };
  const keys = new Set(Object.values(columns).flatMap(({ targets }) => targets));
  return { ...choices, columns, matchBy: choices.matchBy.filter((key) => keys.has(key)) };
}

/** Fields that more than one column fills. */
export function mappedTwice(choices: ImportChoices): Set<string> {
  const seen = new Set<string>();
  return new Set(mappedKeys(choices).filter((key) => seen.size === seen.add(key).size));
}

/** Required fields of a new record that no column fills. */
export function missingRequired(object: ObjectDescription, choices: ImportChoices): FieldDescription[] {
  if (choices.mode === 'update') return [];
  const keys = new Set(mappedKeys(choices));
  const lines = filledLines(object, [...keys]);
  const isNeeded = (field: FieldDescription) => {
    // The API fills required fields with a default (some selects) and checks the rest when the import starts.
    if (object.fields.some(({ key }) => key === field.key)) return FIELD_TYPES[field.type].isFreeText;
    return field.default === undefined && lines.some(({ key }) => field.key.startsWith(`${key}.`));
  };
  return importTargets(object).filter((field) => field.required && !keys.has(field.key) && isNeeded(field));
}

const refersToRecord = (field: FieldDescription | undefined) =>
  field?.references !== undefined && FIELD_TYPES[field.type].family === 'reference';

/** The options in the form that `POST /imports` takes. */
export function toOptions(
  object: ObjectDescription,
  choices: ImportChoices,
  reading: Reading,
): ImportOptions {
  const fields = new Map(importTargets(object).map((field) => [field.key, field]));
  const used = Object.entries(choices.columns).filter(([, { targets }]) => targets.length > 0);
  const mapping = used.map(([name, { targets }]) => [name, targets.length === 1 ? targets[0] : targets]);
  const values = used
    .filter(([, choice]) => Object.keys(choice.values).length > 0)
    .map(([name, choice]) => [name, choice.values]);
  const references = used
    .filter(([, { targets }]) => targets.some((key) => refersToRecord(fields.get(key))))
    .map(([name, { by, unknown }]) => [name, { by, unknown }]);
  const lines = filledLines(object, mappedKeys(choices)).map((each) => [
    each.key,
    linesChoice(each, choices),
  ]);
  return {
    object: choices.object,
    mode: choices.mode,
    ...(choices.matchBy.length && { matchBy: choices.matchBy }),
    mapping: Object.fromEntries(mapping) as ImportOptions['mapping'],
    ...(lines.length && { lines: Object.fromEntries(lines) as ImportOptions['lines'] }),
    ...(values.length && { values: Object.fromEntries(values) as ImportOptions['values'] }),
    ...(references.length && { references: Object.fromEntries(references) as ImportOptions['references'] }),
    unknownOptions: choices.createsOptions ? 'create' : 'error',
    ...(choices.allowsDuplicates && { duplicates: 'allow' }),
    ...(choices.isSilent && { silent: true }),
    ...reading,
  };
}

/** Chooses a reading for one more column. A choice made for all columns remains for the others. */
export function chosenFor<T extends string>(
  inspection: Inspection,
  choice: T | Record<string, T> | undefined,
  column: string,
  value: T,
): Record<string, T> {
  const before =
    typeof choice === 'string'
      ? Object.fromEntries(inspection.columns.map(({ name }) => [name, choice]))
      : (choice ?? {});
  return { ...before, [column]: value };
}

/**
 * In: options of an earlier import of a file with the same columns. Out: the initial choices, and how to read the file.
 */
export function repeatedChoices(options: ImportOptions): { choices: ImportChoices; reading: Reading } {
  const columns: Record<string, ColumnChoice> = {};
  for (const [name, target] of Object.entries(options.mapping)) {
    const { by = 'name', unknown = 'error' } = options.references?.[name] ?? {};
    columns[name] = { targets: [target].flat(), values: options.values?.[name] ?? {}, by, unknown };
  }
  const { encoding, delimiter, dateOrder, decimalMark, sheet } = options;
  const reading = Object.fromEntries(
    Object.entries({ encoding, delimiter, dateOrder, decimalMark, sheet }).filter(([, value]) => value),
  ) as Reading;
  return {
    choices: {
      object: options.object,
      columns,
      mode: options.mode,
      matchBy: options.matchBy ?? [],
      createsOptions: options.unknownOptions === 'create',
      isSilent: options.silent === true,
      allowsDuplicates: options.duplicates === 'allow',
      lines: options.lines ?? {},
    },
    reading,
  };
}

/** The choices without columns that the file has not, and without fields that the object has no more. */
export function livingChoices(
  object: ObjectDescription,
  inspection: Inspection,
  choices: ImportChoices,
): ImportChoices {
  const names = new Set(inspection.columns.map(({ name }) => name));
  const fields = new Set(importTargets(object).map(({ key }) => key));
  const columns = Object.entries(choices.columns).flatMap(([name, choice]) => {
    const targets = choice.targets.filter((key) => fields.has(key));
    return names.has(name) && targets.length ? [[name, { ...choice, targets }] as const] : [];
  });
  const filled = new Set(columns.flatMap(([, { targets }]) => targets));
  return {
    ...choices,
    columns: Object.fromEntries(columns),
    matchBy: choices.matchBy.filter((key) => filled.has(key)),
  };
}

const folded = (text: string) => text.normalize('NFKC').trim().toLocaleLowerCase('en');

/** Values of a file that aren't options of a select field. */
export function unknownOptions(field: FieldDescription, values: string[]): string[] {
  const known = new Set((field.options ?? []).flatMap(({ value, label }) => [folded(value), folded(label)]));
  return values.filter((value) => !known.has(folded(value)));
}

/** Values of a file that are none of the names. */
export function unknownNames(names: string[], values: string[]): string[] {
  const known = new Set(names.map(folded));
  return values.filter((value) => !known.has(folded(value)));
}
