import type { ObjectDescription } from '../object-description';

/** Traits of an object in tests that don't ask for them. */
export const PLAIN_TRAITS: Pick<ObjectDescription, 'listed' | 'presentation' | 'groupedBy'> = {
  listed: true,
  presentation: { icon: 'cube', isPerson: false, mark: 'none', keyFacts: [], askedBySteps: [], offered: {} },
  groupedBy: [],
};
