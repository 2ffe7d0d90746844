import { conflict, type FieldProblem, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 422 when an object has as many fields as it can have. */
export const tooManyFields = (object: string, max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooManyFields',
      message: `"${object}" can have at most ${max} fields of your company. Delete one first.`,
      params: { max },
    },
  ]);

/** 422 for a name that a field of the object has or had. */
export const nameTaken = (name: string, isDeleted: boolean): FieldProblem => ({
  pointer: '/name',
  code: 'nameTaken',
  message: isDeleted
    ? `A deleted field had the name "${name}", and names aren't used again. Restore that field or choose another name.`
    : `The object already has a field named "${name}". Choose another name.`,
});

/** 412: the definition has changed since the caller read it. */
export const fieldChanged = (current: object, yours: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this field. Reload it and repeat your change.',
    { current, yours },
  );

/** 409 for restoring a field that isn't deleted. */
export const notDeleted = (label: string) =>
  conflict('notDeleted', `The field "${label}" isn't deleted, so there is nothing to restore.`);

/** 409 for changing a deleted field. */
export const isDeleted = (label: string) =>
  conflict('deleted', `The field "${label}" is deleted. Restore it first.`);

/** 422 for an order that doesn't list each field of the object once. */
export const incompleteOrder = (object: string) =>
  unprocessable([
    {
      pointer: '/ids',
      code: 'incompleteOrder',
      message: `List the ID of every field of "${object}" once. Reload the fields, since someone may have added or deleted one.`,
    },
  ]);
