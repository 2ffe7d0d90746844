import type { Subject } from '../../access/index.js';

/** A rule of the company, which sets values under the rights of whoever it runs as. */
export interface RuleOrigin {
  /** Id of the rule. */
  rule: string;
  version: number;
  /** Whose rights must allow what the rule sets. */
  runAs: Subject;
}

/**
 * Where a value comes from: the caller asked for it, a role presets it, the description has it as default, a rule of the
 * company set it, or a module derived it (`derived:opportunities`).
 */
export type ValueOrigin = 'asked' | 'preset' | 'default' | `derived:${string}` | RuleOrigin;

/** Returns the kind of an origin. */
export function kindOf(origin: ValueOrigin): 'asked' | 'preset' | 'default' | 'derived' | 'rule' {
  if (typeof origin === 'object') return 'rule';
  return origin.startsWith('derived:') ? 'derived' : (origin as 'asked' | 'preset' | 'default');
}

/** Returns an origin as the log keeps it: `preset`, `derived:opportunities`, `rule:<id>@<version>`. */
export function originText(origin: ValueOrigin): string {
  return typeof origin === 'object' ? `rule:${origin.rule}@${origin.version}` : origin;
}

/** Returns the origin of a value that a record got from another one, which was merged into it. */
export const mergedText = (from: string) => `merged:${from}`;
