import { isBlankText } from '@pellucid/conditions';
import { fieldPointer } from '../describe/index.js';
import type { WriteBatch } from './participants.js';
import { amountProblems } from './record-input.js';
import type { WriteAttempt } from './write-attempt.js';
import { checkActs, checkFieldsOfNew, checkPolicies } from './write-rights.js';

/** Refuses rows whose values are not complete or not allowed, or that the actor has no right to write like this. */
export function checkRows({ tools, options, access, inputs, batch }: WriteAttempt): void {
  checkValues(batch);
  if (options.system) return;
  if (batch.operation === 'create') checkFieldsOfNew(tools.access, batch, inputs, access);
  checkPolicies(tools.access, batch, access, options.action);
  if (!options.cascaded) checkActs(tools.access, batch, options.action);
}

function checkValues(batch: WriteBatch): void {
  for (const row of batch.rows) {
    if (!row.ok) continue;
    for (const f of batch.descriptor.fields) {
      if (!f.required || f.readOnly) continue;
      const value = row.after[f.key];
      const blank =
        value === null || value === undefined || (typeof value === 'string' && isBlankText(value));
      if (blank && (batch.operation === 'create' || row.changed(f.key)))
        row.errors.push({
          pointer: fieldPointer(f.key),
          code: 'required',
          message: `"${f.label}" is required.`,
        });
    }
    row.errors.push(
      ...amountProblems(
        batch.descriptor,
        row.after,
        (key) => row.before === null || row.changed(key),
        batch.snapshot.settings.baseCurrency,
      ),
    );
  }
}
