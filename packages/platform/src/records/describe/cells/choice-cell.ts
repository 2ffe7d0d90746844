import { optionMeant, tidyText } from '@pellucid/conditions';
import type { FieldDescriptor } from '../descriptor.js';

/** Returns the option that a text means, by value or label in normal form. */
export function optionOf(field: FieldDescriptor, text: string): string | undefined {
  return optionMeant(field.options ?? [], text);
}

/** Splits a list cell into its items: at semicolons and line breaks, or at commas if there is no semicolon. */
export function listItems(text: string): string[] {
  const items = text.split(text.includes(';') ? ';' : /[,\n]/);
  return [...new Set(items.map(tidyText).filter(Boolean))];
}

/** Returns the cell of a list. An item can contain commas and line breaks, but no semicolon. */
export function listCell(items: readonly string[]): string {
  const text = items.join('; ');
  return items.length === 1 && /[,\n]/.test(text) ? `${text};` : text;
}
