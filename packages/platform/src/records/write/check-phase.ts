import { isBlankText } from '@pellucid/conditions';
import type { FieldProblem } from '../../errors/index.js';
import { fieldNorm, fieldPointer, linesIn, type RecordDescriptor, sameValue } from '../describe/index.js';
import { linePointer } from './line-input.js';
import { checkAskedRights } from './asked-rights.js';
import { FieldRulesCheck } from './field-rules.js';
import type { WriteBatch } from './participants.js';
import { currencyFieldOf, currencyOf } from '../read/index.js';
import { amountProblems, tooPreciseAmount } from './record-input.js';
import type { WriteRow } from './write-row.js';
import type { WriteAttempt } from './write-attempt.js';
import { checkPendingOfNew } from './write-rights.js';

/**
 * Phase 4, checks, the engine's part: refuses rows whose values are not complete or not allowed, or that whoever asked for
 * them has no right to write like this.
 */
export function checkRows(attempt: WriteAttempt): void {
  checkValues(attempt);
  if (attempt.batch.operation === 'create') checkPendingOfNew(attempt.batch);
  checkAskedRights(attempt);
}

function checkValues({ batch, tools }: WriteAttempt): void {
  const rules = new FieldRulesCheck(batch, tools.access);
  for (const row of batch.rows) {
    if (!row.ok) continue;
    for (const f of batch.descriptor.fields) {
      if (f.readOnly || !rules.canBeRequired(f)) continue;
      const value = row.after[f.key];
      const blank =
        value === null || value === undefined || (typeof value === 'string' && isBlankText(value));
      if (blank && (batch.operation === 'create' || rules.mayChange(row, f)) && rules.isRequired(row, f))
        row.errors.push({
          pointer: fieldPointer(f.key),
          code: 'required',
          message: `"${f.label}" is required.`,
        });
    }
    row.errors.push(
      ...rules.optionProblems(row),
      ...indexedTextProblems(batch, row),
      ...amountProblems(
        batch.descriptor,
        row.after,
        (key) => row.before === null || row.changed(key),
        (key) => row.asked.has(key) && !row.sees(currencyFieldOf(batch.descriptor.byKey.get(key)!)!),
        batch.snapshot.settings.baseCurrency,
      ),
      ...lineProblems(batch, row),
    );
  }
}

/** Refuses lines that lack a required value, or whose amounts have more decimals than their currency. */
function lineProblems({ descriptor, snapshot }: WriteBatch, row: WriteRow): FieldProblem[] {
  return descriptor.lines.flatMap((collection) => {
    const before = new Map(linesIn(row.before?.state ?? {}, collection).map((line) => [line.id, line]));
    const isNewCurrency = currencyFieldsOf(descriptor).some((key) => row.changed(key));
    return linesIn(row.after, collection).flatMap((line, i) => {
      const earlier = before.get(line.id);
      if (earlier && !isNewCurrency && sameValue(earlier, line)) return [];
      return collection.fields.flatMap((f): FieldProblem[] => {
        const value = line[f.line!.name] ?? null;
        const isChanged = !earlier || !sameValue(earlier[f.line!.name] ?? null, value);
        const at = linePointer(collection, i, f.line!.name);
        const isBlank = value === null || (typeof value === 'string' && isBlankText(value));
        if (isBlank)
          return f.required && !f.readOnly && isChanged
            ? [{ pointer: at, code: 'required', message: `"${f.label}" is required.` }]
            : [];
        const byField = currencyFieldOf(f);
        if (!f.traits.isAmount || (!isChanged && !(byField && row.changed(byField)))) return [];
        const problem = tooPreciseAmount(
          f,
          String(value),
          currencyOf(f, row.after, snapshot.settings.baseCurrency),
        );
        return problem ? [{ ...problem, pointer: at }] : [];
      });
    });
  });
}

/** Returns the fields that say the currency of amounts in lines. */
function currencyFieldsOf({ lines }: RecordDescriptor): string[] {
  return lines.flatMap((l) => l.fields.flatMap((f) => currencyFieldOf(f) ?? []));
}

/** Refuses texts that the index of their field cannot hold, encrypted ones too: they may be stored plain again. */
function indexedTextProblems({ descriptor }: WriteBatch, row: WriteRow): FieldProblem[] {
  return descriptor.fields.flatMap((f) => {
    const max = f.storage.maxNormBytes;
    if (max === undefined || (row.before && !row.changed(f.key))) return [];
    const norm = fieldNorm(f, row.after[f.key] ?? null);
    if (norm === null || Buffer.byteLength(norm) <= max) return [];
    return [
      {
        pointer: fieldPointer(f.key),
        code: 'tooLongForIndex',
        message: `"${f.label}" has an index, so its text can have at most ${max} bytes. Shorten it.`,
        params: { max },
      },
    ];
  });
}
