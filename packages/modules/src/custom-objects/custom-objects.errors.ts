import { conflict, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 422 when the company has as many objects as it can have. */
export const tooManyObjects = (max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooManyObjects',
      message: `A company can have at most ${max} objects of its own. Delete one first.`,
      params: { max },
    },
  ]);

/** 412: the definition has changed since the caller read it. */
export const objectChanged = (current: object, yours: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this object. Reload it and repeat your change.',
    { current, yours },
  );

/** 409 for restoring an object that isn't deleted. */
export const notDeleted = (label: string) =>
  conflict('notDeleted', `The object "${label}" isn't deleted, so there is nothing to restore.`);

/** 409 for restoring an object whose records are gone. */
export const isPurged = (label: string) =>
  conflict('purged', `The object "${label}" was deleted too long ago. Its records are gone for good.`);

/** 409 for changing a deleted object. */
export const isDeleted = (label: string) =>
  conflict('deleted', `The object "${label}" is deleted. Restore it first.`);

/** 409 for deleting an object that has records. @param found how many; undefined if the caller doesn't see all of them */
export const hasRecords = (pluralLabel: string, found?: { count: number; isCapped: boolean }) =>
  conflict(
    'objectHasRecords',
    `There are ${found ? `${found.isCapped ? 'more than ' : ''}${found.count} ` : ''}${pluralLabel}. Delete them too (\`records=delete\`) or keep the object.`,
    found ?? {},
  );

/** 409 for deleting an object that fields of other objects refer to. */
export const isReferredTo = (label: string, fields: { object: string; field: string; label: string }[]) =>
  conflict(
    'objectReferredTo',
    `Fields of other objects refer to "${label}": ${fields
      .slice(0, 10)
      .map((f) => f.label)
      .join(', ')}. Delete these fields first.`,
    { fields },
  );
