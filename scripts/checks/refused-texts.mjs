/** What no source file may contain, whatever it imports. */

/** Comments that turn off a check. */
const SWITCHES =
  /(?:\/\/|\/\*)\s*(boundar(?:y|ies)-(?:ignore|disable)|depcruise-(?:ignore|disable)|eslint-disable[\w-]*|@ts-ignore|@ts-nocheck)/;

/** Pools whose process ends with a connection that the server ends. Tests use them no less: the whole run would fail. */
const PLAIN_POOLS = /\bnew (?:pg\.)?Pool\(|\bextends (?:pg\.)?Pool\b/;
const ENDURING_POOL = 'packages/platform/src/db/enduring-pool.ts';

/**
 * @param {string} file
 * @param {string} text its content
 * @param {(rule: string, where: string, message: string) => void} report
 */
export function checkTexts(file, text, report) {
  const at = (found) => `${file}:${text.slice(0, found.index).split('\n').length}`;
  const switched = SWITCHES.exec(text);
  if (switched)
    report(
      'no-inline-disable',
      at(switched),
      `"${switched[1]}" turns off a check. Fix what it reports instead. If a rule is wrong, change the rule and say why.`,
    );
  const pool = file === ENDURING_POOL ? null : PLAIN_POOLS.exec(text);
  if (pool)
    report(
      'pools-endure',
      at(pool),
      `A connection that the server ends would end the process with this pool. Use the EnduringPool of @pellucid/platform/db.`,
    );
}
