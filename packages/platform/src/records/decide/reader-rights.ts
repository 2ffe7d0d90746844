import { allFieldsOf } from '../describe/index.js';
import type { FieldVisibility } from './access-policy.js';
import type { FilterContext } from './filter-context.js';

/** What a person may reach and see of an object. Kept beside what was made under it, to tell later whether it still holds. */
export interface ReaderRights {
  /** Permissions by which they reach records, as texts. */
  grants: string[];
  /** How they see fields and lines in the records that show most of them, by key. Hidden ones are missing. */
  shown: Record<string, 'mask' | 'clear'>;
}

/** The bits of a record that every profile admits. */
const EVERY_PROFILE = -1;

const RANK: Record<FieldVisibility, number> = { hidden: 0, mask: 1, clear: 2 };

/** Returns how the context's actor sees a field or lines in the records that show most of it. */
export function visibilityOf({ access, descriptor, snapshot }: FilterContext, key: string): FieldVisibility {
  return access.decide(descriptor.key, 'read', snapshot).rulesFor(EVERY_PROFILE).read(key);
}

/** Returns what the context's actor may see of the object. @param actions by which they reach its records */
export function readerRights(context: FilterContext, actions: readonly string[] = ['read']): ReaderRights {
  const { access, descriptor, snapshot } = context;
  const grants = actions.flatMap((action) =>
    access
      .decide(descriptor.key, action, snapshot)
      .branches.map(({ grant: { permission: p } }) => JSON.stringify([action, p.scope, p.condition ?? null])),
  );
  const shown: ReaderRights['shown'] = {};
  for (const { key } of [...allFieldsOf(descriptor), ...descriptor.lines]) {
    const visibility = visibilityOf(context, key);
    if (visibility !== 'hidden') shown[key] = visibility;
  }
  return { grants: [...new Set(grants)], shown };
}

/**
 * Whether somebody still has the rights that they had, or wider ones.
 * @param keys of the fields and lines that count
 */
export function covers(now: ReaderRights, then: ReaderRights, keys: string[]): boolean {
  return (
    then.grants.every((grant) => now.grants.includes(grant)) &&
    keys.every((key) => RANK[now.shown[key] ?? 'hidden'] >= RANK[then.shown[key] ?? 'hidden'])
  );
}
