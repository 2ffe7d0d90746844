import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import {
  collectionOf,
  type FieldDescriptor,
  type LineCollection,
  type RecordDescriptor,
} from '@pellucid/platform/records';
import type { ImportOptions } from '../import-options.schema.js';
import {
  importTarget,
  isLineMatchKey,
  isLookupKey,
  isMatchKey,
  RECORD_ID,
  RECORD_ID_KEY,
  targetLabel,
} from '../mapping/import-targets.js';

/** What to do with a reference that matches no record. */
export type UnknownReference = 'create' | 'empty' | 'error';

/** A field that is filled from a column. */
export interface PlannedTarget {
  /** Position of the column. */
  column: number;
  columnName: string;
  field: FieldDescriptor;
  /** For references: how the records are found. */
  reference?: { object: string; by: string; unknown: UnknownReference; refersToItself: boolean };
  /** Whether the value says when or by whom the record was created. */
  provenance: boolean;
}

/** Lines that are filled from columns. */
export interface PlannedLines {
  collection: LineCollection;
  /** What becomes of the lines that a record already has. */
  mode: 'add' | 'replace' | 'match';
  matchBy?: FieldDescriptor;
}

/** The combination of options, columns and description: everything needed to read the rows. */
export interface ImportPlan {
  object: string;
  mode: ImportOptions['mode'];
  columns: string[];
  targets: PlannedTarget[];
  matchBy: FieldDescriptor[];
  /** If there are any, several rows may be about one record. */
  lines: PlannedLines[];
  /** By column position: the replacements for texts in the file. */
  replacements: Map<number, Map<string, string | null>>;
  createsOptions: boolean;
  /** What becomes of rows that may be duplicates. */
  duplicates: 'refuse' | 'allow';
}

/** The default for `by`: the name; for members also the e-mail address. */
export const BY_NAME = 'name';

/**
 * Checks options against the file's columns and the object's description.
 * @param descriptors returns each object's description as the tenant sees it
 * @returns the plan, and the problems (pointers below `/options`); use the plan only if there are none
 */
export function planImport(
  options: ImportOptions,
  columns: string[],
  descriptors: (object: string) => RecordDescriptor,
): { plan: ImportPlan; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const refuse = (at: (string | number)[], code: string, message: string) =>
    problems.push({ pointer: pointer('options', ...at), code, message });
  const descriptor = descriptors(options.object);
  const positions = new Map(columns.map((name, at) => [name, at]));
  const known = (name: string, part: string) => {
    const at = positions.get(name);
    if (at === undefined)
      refuse(
        [part, name],
        'unknownColumn',
        `The file has no column "${name}". It has: ${columns.slice(0, 30).join(', ')}${columns.length > 30 ? ', …' : ''}.`,
      );
    return at;
  };

  const references = new Map(Object.entries(options.references ?? {}));
  const targets: PlannedTarget[] = [];
  const columnOf = new Map<string, string>();
  for (const [name, given] of Object.entries(options.mapping)) {
    const at = known(name, 'mapping');
    for (const [i, key] of [given].flat().entries()) {
      const where = Array.isArray(given) ? ['mapping', name, i] : ['mapping', name];
      const field = importTarget(descriptor, key);
      if (!field) {
        const why = descriptor.byKey.has(key)
          ? "can't be imported"
          : `isn't a field of ${descriptor.pluralLabel.toLowerCase()}`;
        refuse(where, 'unknownField', `"${key}" ${why}. Choose another field or don't import the column.`);
        continue;
      }
      if (columnOf.has(key)) {
        refuse(
          where,
          'mappedTwice',
          `"${targetLabel(field)}" is mapped twice, from "${columnOf.get(key)}" and "${name}". Keep one.`,
        );
        continue;
      }
      columnOf.set(key, name);
      const provenance = (key === 'createdAt' || key === 'createdBy') && !descriptor.byKey.has(key);
      const target: PlannedTarget = { column: at ?? 0, columnName: name, field, provenance };
      if (field.references) {
        const how = references.get(name);
        const by = how?.by ?? BY_NAME;
        const referenced = descriptors(field.references);
        const byField = referenced.byKey.get(by);
        if (by !== BY_NAME && by !== RECORD_ID_KEY && !(byField && isLookupKey(byField)))
          refuse(
            ['references', name, 'by'],
            'invalidLookup',
            `${referenced.pluralLabel} can't be found by "${by}". Use name, externalId or another text field.`,
          );
        const refersToItself = field.references === descriptor.key && !provenance && !field.line;
        target.reference = { object: field.references, by, unknown: how?.unknown ?? 'error', refersToItself };
      }
      targets.push(target);
    }
  }
  if (!Object.keys(options.mapping).length)
    refuse(['mapping'], 'required', 'Map at least one column to a field.');

  const replacements = new Map<number, Map<string, string | null>>();
  for (const [name, values] of Object.entries(options.values ?? {})) {
    const at = known(name, 'values');
    if (at !== undefined) replacements.set(at, new Map(Object.entries(values)));
  }
  for (const part of ['dateOrder', 'decimalMark'] as const)
    if (typeof options[part] === 'object') for (const name of Object.keys(options[part])) known(name, part);
  for (const name of Object.keys(options.references ?? {})) {
    const at = known(name, 'references');
    if (at !== undefined && !targets.some((t) => t.columnName === name && t.reference))
      refuse(
        ['references', name],
        'noReference',
        `The column "${name}" isn't mapped to a reference. Leave this out.`,
      );
  }

  const matchKeys =
    options.matchBy ?? [RECORD_ID_KEY, 'externalId'].filter((key) => columnOf.has(key)).slice(0, 1);
  const matchBy: FieldDescriptor[] = [];
  for (const [i, key] of matchKeys.entries()) {
    const field = key === RECORD_ID_KEY ? RECORD_ID : descriptor.byKey.get(key);
    if (!field || !isMatchKey(field))
      refuse(
        ['matchBy', i],
        'invalidMatchKey',
        `${descriptor.pluralLabel} can't be matched by "${key}". Use externalId, name, an e-mail or another filterable field.`,
      );
    else if (!columnOf.has(key))
      refuse(
        ['matchBy', i],
        'notMapped',
        `Records are matched by "${field.label}", but no column is mapped to it. Map one.`,
      );
    else matchBy.push(field);
  }
  if (columnOf.has(RECORD_ID_KEY) && !matchKeys.includes(RECORD_ID_KEY))
    refuse(
      ['mapping', columnOf.get(RECORD_ID_KEY)!],
      'onlyMatched',
      `The ID of a record can't be changed. Match records by "${RECORD_ID_KEY}", or don't import this column.`,
    );
  if (options.mode !== 'create' && matchKeys.length === 0)
    refuse(
      ['matchBy'],
      'required',
      `Choose fields to match records by, e.g. ["externalId"]. Without them, nothing can be ${options.mode === 'update' ? 'updated' : 'recognised'}.`,
    );
  const lines = planLines(options, descriptor, targets, refuse);
  return {
    plan: {
      object: options.object,
      mode: options.mode,
      columns,
      targets,
      matchBy,
      lines,
      replacements,
      createsOptions: options.unknownOptions === 'create',
      duplicates: options.duplicates ?? 'refuse',
    },
    problems,
  };
}

/** Returns how the lines that columns fill are written. @param refuse notes a problem at a place of the options */
function planLines(
  { lines: given = {} }: ImportOptions,
  descriptor: RecordDescriptor,
  targets: PlannedTarget[],
  refuse: (at: (string | number)[], code: string, message: string) => void,
): PlannedLines[] {
  const mapped = new Set(targets.flatMap(({ field }) => field.line?.collection ?? []));
  for (const key of Object.keys(given))
    if (!mapped.has(key))
      refuse(
        ['lines', key],
        'noLines',
        `No column is mapped to a field of "${collectionOf(descriptor, key)?.label ?? key}". Leave this out.`,
      );
  return [...mapped].map((key): PlannedLines => {
    const collection = collectionOf(descriptor, key)!;
    const { mode = 'add', matchBy: by } = given[key] ?? {};
    if (mode !== 'match') return { collection, mode };
    const matchBy = targets.find(({ field }) => field.key === by)?.field;
    if (!by)
      refuse(
        ['lines', key, 'matchBy'],
        'required',
        `Choose the field that "${collection.label}" are matched by.`,
      );
    else if (!matchBy)
      refuse(
        ['lines', key, 'matchBy'],
        'notMapped',
        `"${collection.label}" are matched by "${by}", but no column is mapped to it. Map one.`,
      );
    else if (matchBy.line?.collection !== key || !isLineMatchKey(matchBy))
      refuse(
        ['lines', key, 'matchBy'],
        'invalidMatchKey',
        `"${collection.label}" can't be matched by "${by}". Choose another of their fields.`,
      );
    return { collection, mode, ...(matchBy && { matchBy }) };
  });
}

/** Whether a record has more rows than it can have lines. */
export function isTooLong({ lines }: ImportPlan, count: number): boolean {
  return count > 1 && count > Math.max(...lines.map(({ collection }) => collection.max));
}

/** Returns the keys of the fields that records are matched by. */
export const matchKeys = ({ matchBy }: ImportPlan): string[] => matchBy.map(({ key }) => key);

/** Returns the labels of the fields that records are matched by, as messages quote them. */
export function keyLabels({ matchBy }: ImportPlan): string {
  return matchBy.map(({ label }) => `"${label}"`).join(' and ');
}
