import { type FieldProblem, pointer } from '../errors/index.js';
import type { RecordDescriptor } from './descriptor.js';

/**
 * What a constraint of the database says about a row, in words a person can act on. By SQLSTATE and constraint name, never
 * by message text. Undefined for anything else.
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
        message: 'Another record has this external id already: use another, or change that record.',
      };
    return {
      pointer: '',
      code: 'notUnique',
      message: `Another ${descriptor.label.toLowerCase()} with the same values exists already.`,
    };
  }
  if (code === '23503')
    return {
      pointer: '',
      code: 'referenceMissing',
      message: 'A record it refers to does not exist (any more).',
    };
  if (code === '23514' || code === '23502')
    return {
      pointer: '',
      code: 'ruleBroken',
      message: `The values break the rule "${constraint ?? 'not null'}" of ${descriptor.pluralLabel.toLowerCase()}.`,
    };
  if (code === '22003')
    return { pointer: '', code: 'outOfRange', message: 'A number is too large to be stored.' };
  if (code === '22021' || code === '22P05')
    return {
      pointer: '',
      code: 'invalidText',
      message: 'A text contains a character that cannot be stored (NUL): remove it.',
    };
  return undefined;
}
