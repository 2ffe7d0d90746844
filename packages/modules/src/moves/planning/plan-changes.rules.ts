import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import type { MovePlan, PlanChanges } from './move-plan.js';

/**
 * Lays changes over a plan.
 * @returns the plan, and the problems of changes that name what it does not have
 */
export function changedPlan(
  plan: MovePlan,
  changes: PlanChanges,
): { plan: MovePlan; problems: FieldProblem[] } {
  const next = structuredClone(plan);
  const problems: FieldProblem[] = [];
  const missing = (at: (string | number)[], what: string) =>
    problems.push({
      pointer: pointer(...at),
      code: 'notInPlan',
      message: `The plan has ${what}. Reload it.`,
    });

  for (const [i, { fileId, isIncluded, columns = [] }] of (changes.files ?? []).entries()) {
    const file = next.files.find((one) => one.fileId === fileId);
    if (!file || file.brings === 'nothing') {
      missing(['files', i, 'fileId'], 'no such file');
      continue;
    }
    if (isIncluded !== undefined) file.isIncluded = isIncluded;
    for (const [n, { name, field, newField }] of columns.entries()) {
      const column = file.columns.find((one) => one.name === name);
      if (!column) missing(['files', i, 'columns', n, 'name'], 'no such column');
      else if (newField) Object.assign(column, { newField, field: null });
      else {
        if (newField === null) column.newField = null;
        if (field !== undefined) Object.assign(column, { field, newField: null });
      }
    }
  }
  for (const [i, { key, member, isNew }] of (changes.people ?? []).entries()) {
    const person = next.people.find((one) => one.key === key);
    if (!person) missing(['people', i, 'key'], 'no such person');
    else {
      if (member !== undefined) Object.assign(person, { member, isNew: false });
      if (isNew !== undefined) Object.assign(person, { isNew, ...(isNew ? { member: null } : {}) });
    }
  }
  for (const [i, { key, stage, isNew, category }] of (changes.stages ?? []).entries()) {
    const found = next.stages.find((one) => one.key === key);
    if (!found) missing(['stages', i, 'key'], 'no such stage');
    else {
      if (category !== undefined) found.category = category;
      if (stage !== undefined) Object.assign(found, { stage, isNew: false });
      if (isNew !== undefined) Object.assign(found, { isNew, ...(isNew ? { stage: null } : {}) });
    }
  }
  for (const [i, { fileId, column, value, option }] of (changes.choices ?? []).entries()) {
    const choice = next.choices.find(
      (one) => one.fileId === fileId && one.column === column && one.value === value,
    );
    if (!choice) missing(['choices', i], 'no such value');
    else choice.option = option;
  }
  return { plan: next, problems };
}
