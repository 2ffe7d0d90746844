import type { FieldUse } from '@pellucid/platform/records';
import {
  conflict,
  type FieldProblem,
  forbidden,
  ProblemError,
  unprocessable,
} from '@pellucid/platform/errors';

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

/** 409 for deleting or converting a field that something names. */
export const fieldInUse = (label: string, uses: FieldUse[]) =>
  conflict(
    'fieldInUse',
    `The field "${label}" is used: ${uses
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')}${uses.length > 5 ? ', …' : ''}. ${
      uses.every(({ isPersonal }) => isPersonal)
        ? 'To go on without asking their owners, send "personalUses=leave".'
        : 'Remove it there first.'
    }`,
    { uses },
  );

/** 409 for restoring a field whose values were removed. */
export const valuesRemoved = (label: string, days: number) =>
  conflict(
    'valuesRemoved',
    `The field "${label}" was deleted more than ${days} days ago, and its values are removed. Add a new field.`,
  );

/** 403 for work on all values of a field by somebody who doesn't see all of them in clear: the outcome would tell them. */
export const notAllSeen = (label: string) =>
  forbidden(
    'valuesNotSeen',
    `Your roles don't show you every value of "${label}", so you can't convert, merge or compare them. Ask an administrator.`,
  );

/** 422 for making a field unique whose values aren't. */
export const valuesNotUnique = (label: string, conflicts: { records: string[] }[]) =>
  unprocessable([
    {
      pointer: '/unique',
      code: 'valuesNotUnique',
      message: `Several records have the same value of "${label}". Change them first.`,
      params: { conflicts },
    },
  ]);

/** 409 for changing a field whose values are being converted. */
export const isConverting = (label: string) =>
  conflict(
    'converting',
    `The values of "${label}" are being converted to another type. Wait until that is done, or stop it.`,
  );

/** 422 for a type that values can't be converted from or to. */
export const typeNotConvertible = (label: string) =>
  unprocessable([
    {
      pointer: '/type',
      code: 'typeNotConvertible',
      message: `"${label}" can't have this type, because references and computed values can't be converted. Add another field.`,
    },
  ]);

/** 409 for converting values that are encrypted. */
export const isEncrypted = (label: string) =>
  conflict('encrypted', `The values of "${label}" are encrypted. Change its masking rule first.`);

/** 422 for options that can't be merged. */
export const notMergeable = (at: string, message: string) =>
  unprocessable([{ pointer: at, code: 'notMergeable', message }]);

/** 422 for an order that doesn't list each field of the object once. */
export const incompleteOrder = (object: string) =>
  unprocessable([
    {
      pointer: '/ids',
      code: 'incompleteOrder',
      message: `List the ID of every field of "${object}" once. Reload the fields, since someone may have added or deleted one.`,
    },
  ]);
