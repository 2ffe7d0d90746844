import { createHash } from 'node:crypto';
import type { CellError, FieldDescriptor, RowOutcome } from '@pellucid/platform/records';
import type { FieldProblem } from '@pellucid/platform/errors';
import type { ReasonCode } from './reason-texts.js';

/** A value of a reason's text: a text or number of the file, or keys of objects, fields and lines. */
export type ReasonParam = string | number | readonly (string | number)[];

/** Why a row failed, as it is stored. */
export interface Reason {
  code: string;
  params: Readonly<Record<string, ReasonParam>>;
  /** What the write itself said, in English, for codes that other modules give. */
  said?: string;
}

/** Parameters that differ from row to row: rows that differ only in them failed for the same reason. */
const OF_ROW = new Set([
  'cell',
  'other',
  'row',
  'rows',
  'count',
  'cells',
  'ids',
  'sign',
  'one',
  'currency',
  'line',
  'fault',
]);

/** Returns a reason of this module. */
export function reason(code: ReasonCode, params: Reason['params'] = {}): Reason {
  return { code, params };
}

/** Returns why a cell of a column cannot be read. */
export function cellReason({ code, params }: CellError, column: string, { key }: FieldDescriptor): Reason {
  return { code, params: { ...params, ...('field' in params ? { field: key } : {}), column } };
}

/** Returns the reason for a problem that the write found. @param column the one that the value came from, if it is known */
export function problemReason({ pointer, code, message, params }: FieldProblem, column?: string): Reason {
  const [first, second] = pointer.split('/').slice(1);
  const field = first === 'custom' ? `custom.${second}` : first;
  const told = Object.entries(params ?? {}).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return {
    code,
    params: {
      ...Object.fromEntries(told),
      ...(field ? { field } : {}),
      ...(column === undefined ? {} : { column }),
    },
    said: message,
  };
}

/** Returns why a record could not be written. */
export function outcomeReasons({ errors = [], failure }: RowOutcome): Reason[] {
  const reasons = errors.map((problem) => problemReason(problem));
  if (failure) reasons.push({ code: failure.code, params: {}, said: failure.detail });
  return reasons.length ? reasons : [reason('notSaved')];
}

const DUPLICATE_CODES: readonly ReasonCode[] = ['duplicatesBlocked', 'duplicateOf', 'duplicateInFile'];

/** Returns why a row is refused as a possible duplicate; undefined if it isn't. */
export function duplicateReason({ failure }: RowOutcome): Reason | undefined {
  if (failure?.code !== 'possibleDuplicates') return undefined;
  const { duplicates = [], isBlocked } = (failure.extras ?? {}) as {
    duplicates?: { id: string | null }[];
    isBlocked?: boolean;
  };
  const ids = duplicates.flatMap(({ id }) => id ?? []).slice(0, 5);
  if (isBlocked) return reason('duplicatesBlocked', { count: duplicates.length });
  return ids.length ? reason('duplicateOf', { ids }) : reason('duplicateInFile');
}

/** Whether a row failed because it may be a duplicate. */
export const isDuplicate = ({ code }: Pick<Reason, 'code'>): boolean =>
  (DUPLICATE_CODES as readonly string[]).includes(code);

/** Returns a key shared by rows that failed for the same reasons, apart from their own values. */
export function reasonKind(reasons: readonly Reason[]): string {
  const alike = reasons.map(({ code, params, said }) => [
    code,
    Object.entries(params).filter(([name]) => !OF_ROW.has(name)),
    said?.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, '0'),
  ]);
  return createHash('sha256').update(JSON.stringify(alike)).digest('base64url').slice(0, 16);
}
