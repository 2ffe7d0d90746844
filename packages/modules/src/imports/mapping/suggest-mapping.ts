import { isLink, normalizeText } from '@pellucid/conditions';
import type { FieldDescriptor, RecordDescriptor } from '@pellucid/platform/records';
import type { ColumnProfile } from '../values/column-profile.js';
import { importTargets, RECORD_ID } from './import-targets.js';
import { LINE_SYNONYMS, RECORD_ID_NAMES, SYNONYMS } from './synonyms.js';

/** A column with a profile of its values. */
export interface ProfiledColumn {
  name: string;
  profile: ColumnProfile;
}

/** The likely fields of a file's columns, for one object. */
export interface SuggestedMapping {
  object: string;
  /** Field by column name. */
  mapping: Record<string, string>;
  /** From 0 to 1: how much of the file the object explains. */
  score: number;
}

/** Maximum number of characters of a column's name that are compared: no field has a longer name. */
const LONGEST_NAME = 200;

/** How well a column without values fits any field. */
const UNKNOWN_FIT = 0.8;

/** Columns that fit a field less than this are not suggested for it. */
const LEAST_SCORE = 0.3;

/** Returns the letters and digits of a name, without case and accents. */
const plain = (name: string) => normalizeText(name.slice(0, LONGEST_NAME)).replace(/[^\p{L}\p{N}]/gu, '');

/**
 * Returns how well the name of a column fits a field, from 0 to 1.
 * @param name in its plain form
 * @param areIds whether its values are IDs of records
 */
function nameFit(
  name: string,
  field: FieldDescriptor,
  descriptor: RecordDescriptor,
  areIds: boolean,
): number {
  // JSON has names and IDs of references: an ID says exactly which record is meant.
  if (areIds && (field.references || isLink(field.traits.family)) && name === `${plain(field.key)}id`)
    return 0.97;
  if (field.line) return lineNameFit(name, field, field.line.name);
  // An "ID" is that of the system that the file comes from, and fits the external ID.
  if (field === RECORD_ID) return RECORD_ID_NAMES.includes(name) ? 1 : 0;
  const key = plain(field.key);
  const object = plain(descriptor.key);
  const names = [object, plain(descriptor.label), plain(descriptor.plural)];
  if (name === key || name === plain(field.label)) return 1;
  if (field.key === 'name' && names.includes(name)) return 0.95;
  if (name === object + key) return 0.95;
  if (
    field.key === 'externalId' &&
    names.some((n) => name === `${n}id` || name === `${n}number` || name === `${n}key`)
  )
    return 0.95;
  if (field.references && (name === `${key}name` || name === `${key}email`)) return 0.9;
  // Required fields take precedence: "agent" is a member's name rather than its owner.
  const rank = SYNONYMS[field.key]?.indexOf(name) ?? -1;
  // The more likely name takes precedence: a deal is named by "Deal" rather than by "Company".
  if (rank >= 0) return (field.required ? 0.85 : field.key === 'name' ? 0.7 : 0.8) - rank * 0.001;
  if (name.length >= 5 && (name.endsWith(key) || name.startsWith(key)) && key.length >= 4) return 0.45;
  return 0;
}

/** The same for a field of lines. Names that don't contain that of the lines fit fields of the record better. */
function lineNameFit(name: string, field: FieldDescriptor, ownName: string): number {
  const lines = plain(field.section ?? '');
  const [key, label] = [plain(ownName), plain(field.label)];
  if (name === plain(field.key) || name === lines + key || name === lines + label) return 1;
  // So our exports call it.
  if (key === 'id') return name === `${lines}id` ? 1 : 0;
  if (name === key || name === label) return 0.9;
  if (field.references && (name === `${key}name` || name === lines + `${key}name`)) return 0.85;
  const rank = LINE_SYNONYMS[ownName]?.indexOf(name) ?? -1;
  return rank < 0 ? 0 : 0.8 - rank * 0.001;
}

/** Suggests a field for each column of a file, for one object. Each field is assigned to the column that fits best. */
export function suggestMapping(columns: ProfiledColumn[], descriptor: RecordDescriptor): SuggestedMapping {
  const targets = importTargets(descriptor);
  const pairs = columns.flatMap((column, at) => {
    const shown = column.name.slice(0, LONGEST_NAME);
    const name = plain(shown);
    const areIds = column.profile.share('ids') === 1;
    // In JSON, `account.name` is the name of the account, and of nothing else.
    const owner = shown.slice(0, Math.max(0, shown.lastIndexOf('.')));
    const isMember = targets.some(({ key, references }) => key === owner && references);
    return targets.map((field) => {
      const fit = isMember && field.key !== owner ? 0 : nameFit(name, field, descriptor, areIds);
      return {
        column: at,
        field,
        score:
          fit === 0
            ? 0
            : fit *
              (column.profile.filled === 0 ? UNKNOWN_FIT : field.traits.cell.fit(column.profile, field)),
      };
    });
  });
  pairs.sort((a, b) => b.score - a.score);
  const byColumn = new Map<number, string>();
  const taken = new Set<string>();
  let sum = 0;
  for (const { column, field, score } of pairs) {
    if (score < LEAST_SCORE) break;
    if (byColumn.has(column) || taken.has(field.key)) continue;
    byColumn.set(column, field.key);
    taken.add(field.key);
    sum += score;
  }
  completeLines(descriptor, pairs, byColumn);
  const missing = descriptor.fields.filter(
    (f) => f.required && f.importable && !f.default && !taken.has(f.key),
  ).length;
  const mapping = Object.fromEntries(
    columns.flatMap((column, at) => (byColumn.has(at) ? [[column.name, byColumn.get(at)!]] : [])),
  );
  return {
    object: descriptor.key,
    mapping,
    score: Math.max(0, sum / Math.max(1, columns.length) - missing * 0.1),
  };
}

/**
 * Makes the suggestion one of whole lines: what every line needs is taken from a column that fits it, even if it also fits a
 * field of the record. Without such a column, no line is suggested.
 * @param byColumn changed in place
 */
function completeLines(
  descriptor: RecordDescriptor,
  pairs: { column: number; field: FieldDescriptor; score: number }[],
  byColumn: Map<number, string>,
): void {
  for (const { key, fields } of descriptor.lines) {
    const own = [...byColumn].filter(([, target]) => target.startsWith(`${key}.`));
    if (!own.length) continue;
    const taken = new Set(own.map(([, target]) => target));
    for (const needed of fields.filter((f) => f.required && !f.default && !taken.has(f.key))) {
      const best = pairs.find(
        ({ column, field, score }) =>
          field.key === needed.key && score >= LEAST_SCORE && !taken.has(byColumn.get(column) ?? ''),
      );
      if (best) byColumn.set(best.column, needed.key);
      else for (const [column] of own) byColumn.delete(column);
    }
  }
}

/** Returns suggestions for all objects, the most likely first. */
export function likelyObjects(
  columns: ProfiledColumn[],
  descriptors: RecordDescriptor[],
): SuggestedMapping[] {
  return descriptors
    .map((d) => suggestMapping(columns, d))
    .filter((s) => s.score > 0)
    .sort((a, b) => b.score - a.score);
}
