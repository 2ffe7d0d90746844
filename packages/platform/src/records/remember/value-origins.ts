import { isToldEverywhere } from '../decide/index.js';
import { type FieldDescriptor, ownSourcesOf } from '../describe/index.js';
import type { SeenRecord } from './event-presenter.js';

/** Where a value came from that nobody plainly asked for, as a reader of the log sees it. */
export interface ShownOrigin {
  kind: 'preset' | 'default' | 'derived' | 'rule' | 'merged';
  /** Keys of the record's fields that it is derived from, as far as the description names them. */
  from?: string[];
  /** The rule of the company that set it. */
  rule?: { id: string; version: number };
  /** The record that had the value and was merged into this one; without a name, or missing, if the reader may not see it. */
  record?: { id: string; name?: string };
}

/**
 * Returns the origin of a value for somebody who sees the value. A derived value tells that its sources changed, so its origin is
 * shown only to those who see them all; a rule may have read any field, so what it set is shown as such only to those who see
 * every field.
 * @param text as the log keeps it: `preset`, `default`, `derived:<module>`, `rule:<id>@<version>`, `merged:<id>`
 */
export function shownOrigin(
  text: string | undefined,
  f: FieldDescriptor,
  { context, rules }: Pick<SeenRecord, 'context' | 'rules'>,
): ShownOrigin | undefined {
  if (!text || (!rules.allClear && rules.read(f.key) !== 'clear')) return undefined;
  if (text === 'preset' || text === 'default') return { kind: text };
  if (text.startsWith('derived:')) {
    if (!f.derivedFrom) return rules.allClear ? { kind: 'derived' } : undefined;
    return isToldEverywhere(f, context.descriptor, rules, context)
      ? { kind: 'derived', from: ownSourcesOf(f.derivedFrom) }
      : undefined;
  }
  if (text.startsWith('merged:')) return { kind: 'merged', record: { id: text.slice('merged:'.length) } };
  const [, id, version] = /^rule:(.+)@(\d+)$/.exec(text) ?? [];
  return id && rules.allClear ? { kind: 'rule', rule: { id, version: Number(version) } } : undefined;
}
