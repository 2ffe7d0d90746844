import {
  IconBriefcase,
  IconBuilding,
  IconBuildingBank,
  IconCube,
  IconId,
  IconPackage,
  IconTag,
  IconTargetArrow,
  IconTimeline,
  IconUser,
  IconUsersGroup,
  IconUserSearch,
  type TablerIcon,
} from '@tabler/icons-react';

/** `primary` objects are in the navigation; `setup` objects are reached from settings and search. */
export type NavigationTier = 'primary' | 'other' | 'setup';

interface ObjectPresentation {
  icon: TablerIcon;
  tier: NavigationTier;
  /** Fields shown below a record's name. */
  keyFacts: string[];
  /** Fields that an action asks for when needed (why a deal was lost). Forms show them once they have a value. */
  askedBySteps?: string[];
}

/** Presentation only. An object without an entry works the same, with the default icon. */
const PRESENTATION: Record<string, ObjectPresentation> = {
  lead: {
    icon: IconUserSearch,
    tier: 'primary',
    keyFacts: ['company', 'status', 'rating', 'owner'],
    askedBySteps: ['disqualifyReason'],
  },
  opportunity: {
    icon: IconTargetArrow,
    tier: 'primary',
    keyFacts: ['stage', 'amount', 'closeDate', 'owner'],
    askedBySteps: ['closeReason'],
  },
  account: {
    icon: IconBuilding,
    tier: 'primary',
    keyFacts: ['industry', 'annualRevenue', 'country', 'owner'],
  },
  contact: { icon: IconUser, tier: 'primary', keyFacts: ['jobTitle', 'account', 'email', 'phone'] },
  product: { icon: IconPackage, tier: 'primary', keyFacts: ['family', 'price'] },
  pipeline: { icon: IconTimeline, tier: 'setup', keyFacts: ['isDefault'] },
  stage: { icon: IconTimeline, tier: 'setup', keyFacts: ['category', 'pipeline'] },
  tag: { icon: IconTag, tier: 'setup', keyFacts: [] },
  team: { icon: IconUsersGroup, tier: 'setup', keyFacts: [] },
  member: { icon: IconId, tier: 'setup', keyFacts: ['email', 'team', 'manager'] },
  role: { icon: IconBriefcase, tier: 'setup', keyFacts: [] },
  legalEntity: { icon: IconBuildingBank, tier: 'setup', keyFacts: [] },
};

const PLAIN: ObjectPresentation = { icon: IconCube, tier: 'other', keyFacts: ['owner'] };
const ORDER = Object.keys(PRESENTATION);

/** Whether an object is in the navigation. */
export function isListed(object: { key: string; listed?: boolean }): boolean {
  return object.listed ?? presentationOf(object.key).tier !== 'setup';
}

/** How an object is presented; the default for an object without an entry. */
export function presentationOf(key: string): ObjectPresentation {
  return PRESENTATION[key] ?? PLAIN;
}

/** Sorts known objects in working order, then others in the given order. */
export function byPresentation(a: { key: string }, b: { key: string }): number {
  const rank = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  return rank(a.key) - rank(b.key);
}
