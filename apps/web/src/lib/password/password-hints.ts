/** Characters a password needs, as people count them. The API has the last word. */
export const SHORTEST_PASSWORD = 10;
/** What must be left of it beside names of its owner. */
const BESIDE_NAMES = 8;

/** Names that others guess first. */
export interface PasswordOwner {
  email?: string;
  name?: string;
  company?: string;
}

/** What a new password is like, as far as it can be told while somebody types. */
export interface PasswordHints {
  length: number;
  isLongEnough: boolean;
  /** Whether more is in it than the names of its owner. */
  isMoreThanNames: boolean;
}

/** In: what is typed, and whose it will be. Out: what can be said of it at once. */
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
