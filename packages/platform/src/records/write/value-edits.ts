/** Changes that depend on the value a record has: add a tag, replace a word, raise an amount by a tenth. */
import { isSet } from '@pellucid/conditions';
import { add, percentage, rescale } from '@pellucid/conditions/decimal';
import { z } from 'zod';
import { type FieldProblem, pointer } from '../../errors/index.js';
import { currencyDigits } from '../../money/index.js';
import type { FieldRules } from '../decide/index.js';
import {
  type FieldDescriptor,
  identityOf,
  type RecordDescriptor,
  type RecordState,
} from '../describe/index.js';
import { currencyOf } from '../read/index.js';
import { fieldNotWritable, parseFieldValue } from './record-input.js';
import type { WriteAttempt } from './write-attempt.js';
import { isShown } from './write-rights.js';
import type { WriteRow } from './write-row.js';

const decimal = z.string().regex(/^[+-]?\d{1,20}(\.\d{1,10})?$/, 'must be a decimal like "-2.5"');
const field = z.string().max(200);
const entries = z.array(z.unknown()).min(1).max(200);

/** Schema of one edit in a request. */
export const valueEditSchema = z
  .discriminatedUnion('do', [
    z.strictObject({ field, do: z.literal('add'), values: entries }),
    z.strictObject({ field, do: z.literal('remove'), values: entries }),
    z.strictObject({
      field,
      do: z.literal('replaceText'),
      find: z.string().min(1).max(1_000),
      with: z.string().max(1_000),
      matchCase: z.boolean().optional(),
    }),
    z.strictObject({ field, do: z.literal('increase'), by: decimal }),
    z.strictObject({ field, do: z.literal('increaseByPercent'), percent: decimal }),
  ])
  .meta({
    id: 'ValueEdit',
    description:
      'Changes a value based on the one that the record has: adds entries to a list or removes them, replaces text, or increases a number by an amount or by a percentage (negative to decrease). Empty texts and numbers stay empty.',
  });

/** One edit of a request. */
export type ValueEdit = z.infer<typeof valueEditSchema>;

/** An edit that fits its field, on its way through a write. */
export interface PreparedEdit {
  field: FieldDescriptor;
  edit: ValueEdit;
  /** Of an edit of a list: its entries, parsed. */
  entries: unknown[];
}

/** Which edits a field takes: those of lists, texts or numbers. */
function fits(f: FieldDescriptor, edit: ValueEdit): boolean {
  const { family, isDocument } = f.traits;
  if (edit.do === 'add' || edit.do === 'remove') return isSet(family);
  if (edit.do === 'replaceText') return family === 'text' && !isDocument;
  return family === 'decimal';
}

/**
 * Checks edits against the description.
 * @param given keys of fields that the request sets as well
 * @param opened whether edits may change read-only fields
 * @returns those that fit, and why others don't
 */
export function prepareEdits(
  descriptor: RecordDescriptor,
  edits: readonly ValueEdit[],
  given: ReadonlySet<string>,
  opened = false,
): { prepared: PreparedEdit[]; errors: FieldProblem[] } {
  const errors: FieldProblem[] = [];
  const prepared = edits.flatMap((edit, n): PreparedEdit[] => {
    const f = descriptor.byKey.get(edit.field);
    const refuse = (code: string, message: string) => {
      errors.push({ pointer: pointer('edits', n, 'field'), code, message });
      return [];
    };
    if (!f)
      return refuse(
        'unknownField',
        `"${edit.field}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}. Remove it or correct its name.`,
      );
    if (f.readOnly && !opened)
      return refuse('readOnlyField', `"${f.label}" is set by Pellucid. Leave it out.`);
    if (!fits(f, edit))
      return refuse(
        'editDoesNotFit',
        `"${f.label}" can't be changed by "${edit.do}". Lists take "add" and "remove", texts "replaceText", numbers and amounts "increase" and "increaseByPercent".`,
      );
    if (given.has(edit.field) || edits.findIndex((other) => other.field === edit.field) !== n)
      return refuse('fieldGivenTwice', `"${f.label}" is changed twice. Change it once.`);
    if (!('values' in edit)) return [{ field: f, edit, entries: [] }];
    const parsed = parseFieldValue(f, edit.values);
    if ('problem' in parsed) {
      errors.push({ ...parsed.problem, pointer: pointer('edits', n, 'values') });
      return [];
    }
    return [{ field: f, edit, entries: (parsed.value as unknown[] | null) ?? [] }];
  });
  return { prepared, errors };
}

/**
 * Turns a row's edits into values that were asked for, now that the record is known. The result would tell the value
 * before, so the caller must be shown that.
 * @param rules what the caller may write in this record
 */
export function applyEdits(attempt: WriteAttempt, row: WriteRow, rules: FieldRules): void {
  const { tools, options, batch } = attempt;
  const before = row.before!;
  for (const prepared of row.edits) {
    const f = prepared.field;
    if (options.asks !== 'product') {
      if (!isShown(tools.access, batch, before, f.key)) {
        row.refuse(
          f.key,
          'valueWithheld',
          `Your roles don't show you "${f.label}" of this ${batch.descriptor.label.toLowerCase()}, so you can't change it based on its value.`,
        );
        continue;
      }
      if (!rules.canWrite(f.key)) {
        row.errors.push(fieldNotWritable(f));
        continue;
      }
    }
    const value = edited(prepared, before.state, batch.snapshot.settings.baseCurrency);
    const parsed = parseFieldValue(f, value);
    if ('value' in parsed) row.give(f.key, parsed.value, 'asked');
    // Given entries are parsed already; those that the record has stay even if the field no longer takes them.
    else if (isSet(f.traits.family) && parsed.problem.code !== 'tooMany') row.give(f.key, value, 'asked');
    else row.errors.push(parsed.problem);
  }
}

/** Returns the value that an edit makes of the record's own one. */
function edited({ field: f, edit, entries: given }: PreparedEdit, state: RecordState, base: string): unknown {
  const value = state[f.key] ?? null;
  switch (edit.do) {
    case 'add': {
      // A link that is there already gets the role that is given.
      const isReplaced = (entry: unknown) =>
        given.some(
          (other) => other !== identityOf(f, other) && identityOf(f, other) === identityOf(f, entry),
        );
      const held = ((value as unknown[] | null) ?? []).filter((entry) => !isReplaced(entry));
      const known = new Set(held.map((entry) => identityOf(f, entry)));
      return [...held, ...given.filter((entry) => !known.has(identityOf(f, entry)))];
    }
    case 'remove':
      return ((value as unknown[] | null) ?? []).filter(
        (entry) => !given.includes(entry) && !given.includes(identityOf(f, entry)),
      );
    case 'replaceText':
      return value === null ? null : replaced(String(value), edit);
    case 'increase':
    case 'increaseByPercent': {
      if (value === null) return null;
      const text = String(value);
      const more = edit.do === 'increase' ? edit.by : percentage(text, edit.percent);
      const digits = f.traits.isAmount ? currencyDigits(currencyOf(f, state, base) ?? base) : f.scale;
      // More decimals than the field has are an error if they were asked for, and rounding if they follow.
      return edit.do === 'increase' ? add(text, more) : rescale(add(text, more), digits, 'halfUp');
    }
  }
}

/** Replaces every occurrence, whatever its case unless the edit says otherwise. The text is not a pattern. */
function replaced(text: string, { find, with: put, matchCase }: ValueEdit & { do: 'replaceText' }): string {
  const literal = find.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replace(new RegExp(literal, matchCase ? 'gu' : 'giu'), () => put);
}
