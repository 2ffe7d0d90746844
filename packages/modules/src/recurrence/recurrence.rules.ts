/**
 * Rules by which something repeats: RRULE of RFC 5545, section 3.3.10, for days. Days are `YYYY-MM-DD`; a rule has no
 * time of its own, so daylight saving can't move it.
 */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';

/** The longest rule that is read. */
const MOST_CHARACTERS = 200;
/** How often something may happen at most: a search for seconds would take longer than anybody waits. */
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const PARTS = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'UNTIL', 'WKST'];
/** A day on which every rule is tried: the first of a leap year, so that February 29 is found. */
const TRIAL = '2028-01-01';

/** A text is no rule, or none that is supported. The message names the part, and what to do. */
export class RuleError extends Error {
  override name = 'RuleError';
  constructor(
    readonly code: 'ruleTooLong' | 'rulePart' | 'ruleFrequency' | 'ruleNever' | 'ruleInvalid',
    message: string,
    /** The part that is wrong. */
    readonly part?: string,
  ) {
    super(message);
  }
}

/**
 * Reads a rule, with or without `RRULE:`.
 * @returns the rule in capitals, without spaces
 * @throws RuleError for a text that RFC 5545 forbids, a part that is not supported, or a rule that never happens
 */
export function readRule(text: string): string {
  if (text.length > MOST_CHARACTERS)
    throw new RuleError('ruleTooLong', `The rule is longer than ${MOST_CHARACTERS} characters.`);
  const rule = text
    .trim()
    .replace(/^RRULE:/i, '')
    .toUpperCase();
  const parts = rule.split(';').map((part) => part.split('=') as [string, string?]);
  for (const [name, value] of parts)
    if (!PARTS.includes(name) || !value)
      throw new RuleError('rulePart', `"${name}" is no part of a rule here. Use ${PARTS.join(', ')}.`, name);
  const frequency = parts.find(([name]) => name === 'FREQ')?.[1] ?? '';
  if (!FREQUENCIES.includes(frequency))
    throw new RuleError('ruleFrequency', `FREQ must be one of ${FREQUENCIES.join(', ')}.`, 'FREQ');
  // An end has passed or not, whatever the rule is.
  const endless = parts.filter(([name]) => name !== 'UNTIL');
  if (find(endless.map((part) => part.join('=')).join(';'), TRIAL, TRIAL) === undefined)
    throw new RuleError('ruleNever', 'No day fits this rule. Check BYMONTH and BYMONTHDAY.');
  find(rule, TRIAL, TRIAL);
  return rule;
}

/**
 * Returns the first day of a rule after another one.
 * @param rule as {@link readRule} returns it
 * @param start the day that the rule begins with
 * @returns undefined if there is none: the rule has ended
 */
export function nextDay(rule: string, start: string, after: string): string | undefined {
  return find(rule, start, after);
}

/** Returns the instant some days later at the same time of day in a zone. @param zone IANA name */
export function movedByDays(instant: string, days: number, zone: string): string {
  const moved = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).add({ days });
  return new Date(moved.epochMilliseconds).toISOString();
}

function find(rule: string, start: string, after: string): string | undefined {
  const begin = `${start.replaceAll('-', '')}T000000Z`;
  try {
    const read = new RRuleTemporal({ rruleString: `DTSTART:${begin}\nRRULE:${rule}` });
    const found = read.next(Temporal.ZonedDateTime.from(`${after}T00:00[UTC]`), false);
    return found?.toPlainDate().toString();
  } catch (error) {
    const { message } = error as Error;
    if (/iterations/.test(message)) return undefined;
    throw new RuleError('ruleInvalid', `The rule can't be read: ${message}.`);
  }
}
