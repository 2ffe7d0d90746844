import type { ColumnProfile } from '@pellucid/modules/imports';
import { MULTILINE, type NewField } from './move-plan.js';

/** Characters from which on a text is a long one. */
const LONG = 255;
const MOST_NAME = 50;
const MOST_LABEL = 100;
/** Share of the values that must be of a type. */
const MOSTLY = 0.95;

/** Suffix of fields that a company added in Salesforce. */
const OWN_SUFFIX = /__c$/i;

/** Returns the name of the field that a column becomes: `Renewal_Date__c` is `renewalDate`. */
export function newFieldName(column: string): string {
  const words = column
    .replace(OWN_SUFFIX, '')
    .normalize('NFKD')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const name = words
    .map((word, i) => (i === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1))
    .join('');
  return (/^[A-Za-z]/.test(name) ? name : `field${name}`).slice(0, MOST_NAME);
}

/** Returns the field that a move proposes for a column, by what its values look like. */
export function newFieldOf(column: string, profile: ColumnProfile): NewField {
  const label = column.replace(OWN_SUFFIX, '').replaceAll('_', ' ').trim();
  return { name: newFieldName(column), label: label.slice(0, MOST_LABEL) || column, type: typeOf(profile) };
}

function typeOf(profile: ColumnProfile): NewField['type'] {
  if (profile.share('booleans') === 1) return 'boolean';
  if (profile.share('dates') >= MOSTLY)
    return profile.samples.some((text) => /\d:\d/.test(text)) ? 'datetime' : 'date';
  if (profile.share('numbers') >= MOSTLY) return 'number';
  return profile.longest > LONG ? MULTILINE : 'text';
}
