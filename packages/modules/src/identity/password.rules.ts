import type { FieldProblem } from '@pellucid/platform/errors';
import { normalizePassword, passwordLikeness } from './password-likeness.js';

/** In visible characters, not bytes. The maximum limits the cost of hashing. */
export const PASSWORD_LENGTH = { min: 10, max: 200 };
/** Minimum number of characters besides names of its owner. */
const BESIDE_NAMES = 8;
/** Shorter parts of names occur in too many words. */
const SHORTEST_PART = 3;
/** From this length on, other problems are reported even if the password is also too short, because that helps more. */
const WORTH_A_LOOK = 8;

/** The password's owner: names that others guess first. */
export interface PasswordOwner {
  email: string;
  /** The person's name. */
  name?: string;
  companyNames?: string[];
}

/**
 * Returns the problems with a new password. Checks length, known passwords and names; rules about kinds of characters
 * do not help (NIST SP 800-63B §3.1.1.2).
 * @param isCommon whether a password in the form of {@link passwordLikeness} is among the common ones
 * @param at pointer of the field in the body
 */
export function passwordProblems(
  password: string,
  owner: PasswordOwner,
  isCommon: (likeness: string) => boolean,
  at = '/password',
): FieldProblem[] {
  const length = [...normalizePassword(password)].length;
  const problem = (code: string, message: string, params?: Record<string, unknown>): FieldProblem[] => [
    { pointer: at, code, message, ...(params ? { params } : {}) },
  ];
  if (length > PASSWORD_LENGTH.max)
    return problem('passwordTooLong', `Use at most ${PASSWORD_LENGTH.max} characters.`, {
      max: PASSWORD_LENGTH.max,
    });
  const likeness = passwordLikeness(password);
  if (length >= WORTH_A_LOOK && isMadeOfNames(likeness, owner))
    return problem(
      'passwordIsOwnName',
      'This password is too close to your name, e-mail or company. Choose another.',
    );
  if (length >= WORTH_A_LOOK && isCommon(likeness))
    return problem('passwordTooCommon', 'This password is too common and easy to guess. Choose another.');
  if (length < PASSWORD_LENGTH.min)
    return problem('passwordTooShort', `Use at least ${PASSWORD_LENGTH.min} characters.`, {
      min: PASSWORD_LENGTH.min,
    });
  return [];
}

/** Whether little remains without the names of its owner. A long sentence may contain one. */
function isMadeOfNames(likeness: string, { email, name, companyNames = [] }: PasswordOwner): boolean {
  const whole = [email, email.split('@')[0]!, ...(name ? [name] : []), ...companyNames].map(passwordLikeness);
  const parts = whole.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]);
  const names = [...new Set(parts)]
    .filter((part) => [...part].length >= SHORTEST_PART)
    .sort((a, b) => b.length - a.length);
  const left = names.reduce((rest, part) => rest.split(part).join(' '), likeness);
  return left !== likeness && [...left.replace(/[^\p{L}\p{N}]/gu, '')].length < BESIDE_NAMES;
}
