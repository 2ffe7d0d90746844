import type { FieldProblem } from '@pellucid/platform/errors';

/** Longest name of a field. */
export const MAX_NAME = 50;

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Words that formulas read as something else than a name. */
const FORMULA_WORDS = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** Whether every JavaScript object has a member of this name, so that code could mistake it for a value. */
const isInherited = (name: string) => name in Object.prototype || name === 'prototype';

/** Returns what is wrong with the name of a new field; undefined if nothing is. */
export function nameProblem(name: string): FieldProblem | undefined {
  if (isInherited(name) || FORMULA_WORDS.has(name))
    return {
      pointer: '/name',
      code: 'reservedName',
      message: `"${name}" is a reserved word. Choose another name, like "${name.replace(/\W|_/g, '') || 'my'}Field".`,
    };
  if (name.length > MAX_NAME || !NAME.test(name))
    return {
      pointer: '/name',
      code: 'invalidName',
      message: `A name starts with a letter and has up to ${MAX_NAME} letters, digits and underscores, like "contractEnd".`,
      params: { max: MAX_NAME },
    };
  return undefined;
}
