import { UNLIMITED } from './access-policy.js';
import type { FilterContext } from './list-query.js';

/** The context of the product itself: no record is out of its reach. */
export function withoutLimits(context: FilterContext): FilterContext {
  const { access } = context;
  return {
    ...context,
    access: {
      rules: access.rules.bind(access),
      admits: access.admits.bind(access),
      bitsOf: access.bitsOf.bind(access),
      holds: access.holds.bind(access),
      // Not the actor's own decision widened: whoever accepts an invitation is no active member yet.
      decide: () => UNLIMITED,
    },
  };
}
