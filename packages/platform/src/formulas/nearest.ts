/** Longest name for which a suggestion is looked for. */
const LONGEST = 60;

/** Returns the name that is most like a mistyped one; undefined if none is much like it. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const each of names) {
    if (each.length > LONGEST) continue;
    const plain = each.replace(/^custom\./, '');
    const distance = Math.min(edits(name, each), plain === each ? Infinity : edits(name, plain));
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

/** Returns how many characters differ (Levenshtein), without regard to case. */
function edits(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length]!;
}
