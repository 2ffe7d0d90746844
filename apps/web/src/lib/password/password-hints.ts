/** Minimum length of a password in user-perceived characters. The API decides. */
export const SHORTEST_PASSWORD = 10;
/** Minimum number of characters besides the owner's names. */
const BESIDE_NAMES = 8;

/** Names of the owner, which others guess first. */
export interface PasswordOwner {
  email?: string;
  name?: string;
  company?: string;
}

/** What can be said about a new password while it is typed. */
export interface PasswordHints {
  length: number;
  isLongEnough: boolean;
  /** Whether it contains more than the owner's names. */
  isMoreThanNames: boolean;
}

/** In: the text typed so far, and the password's owner. Out: hints for it. */
export function passwordHints(password: string, owner: PasswordOwner): PasswordHints {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  const likeness = text.trim().toLowerCase();
  const whole = [owner.email, owner.email?.split('@')[0], owner.name, owner.company]
    .filter((part): part is string => Boolean(part))
    .map((part) => part.normalize('NFKC').trim().toLowerCase());
  const names = [...new Set(whole.flatMap((part) => [part, ...part.split(/[^\p{L}\p{N}]+/u)]))]
    .filter((part) => [...part].length >= 3)
    .sort((a, b) => b.length - a.length);
  const left = names.reduce((rest, part) => rest.split(part).join(' '), likeness);
  const rest = [...left.replace(/[^\p{L}\p{N}]/gu, '')].length;
  return {
    length,
    isLongEnough: length >= SHORTEST_PASSWORD,
    isMoreThanNames: left === likeness || rest >= BESIDE_NAMES,
  };
}
