import { type FieldProblem, pointer } from '../../errors/index.js';
import type { RecordDescriptor } from '../describe/index.js';

/**
 * Translates a violated database constraint into a message that a person can act on. Decides by SQLSTATE and constraint
 * name, never by message text. Returns undefined for any other error.
 */
export function constraintProblem(error: unknown, descriptor: RecordDescriptor): FieldProblem | undefined {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code === '23505') {
    const rule = descriptor.uniques.find((u) => u.constraint === constraint);
    if (rule) return { pointer: pointer(rule.field), code: 'notUnique', message: rule.message };
    if (constraint === 'external_id_living_key')
      return {
        pointer: pointer('externalId'),
        code: 'notUnique',
        message: 'Another record already has this external ID. Use another or change that record.',
      };
    return {
      pointer: '',
      code: 'notUnique',
      message: `Another ${descriptor.label.toLowerCase()} with the same values already exists.`,
    };
  }
  if (code === '23503')
    return {
      pointer: '',
      code: 'referenceMissing',
      message: "A linked record doesn't exist. It may have been deleted.",
    };
  if (code === '23514' || code === '23502')
    return {
      pointer: '',
      code: 'ruleBroken',
      message: `The values break the rule "${constraint ?? 'not null'}" of ${descriptor.pluralLabel.toLowerCase()}.`,
    };
  if (code === '22003') return { pointer: '', code: 'outOfRange', message: 'A number is too large.' };
  if (code === '22021' || code === '22P05')
    return {
      pointer: '',
      code: 'invalidText',
      message: "A text contains a NUL character, which can't be stored. Remove it.",
    };
  return undefined;
}
