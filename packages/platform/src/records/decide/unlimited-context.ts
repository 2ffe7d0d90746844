import { type FilterContext } from './filter-context.js';
import { UNLIMITED } from './access-policy.js';

/** Returns the context of the product itself, which reaches every record. */
export function withoutLimits(context: FilterContext): FilterContext {
  const { access } = context;
  return {
    ...context,
    access: {
      rules: access.rules.bind(access),
      admits: access.admits.bind(access),
      bitsOf: access.bitsOf.bind(access),
      holds: access.holds.bind(access),
      // Not the actor's own decision widened: somebody who is accepting an invitation is not an active member yet.
      decide: () => UNLIMITED,
    },
  };
}
