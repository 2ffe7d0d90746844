import { IconUsersGroup } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { PeopleLink } from './people-link';

/** The company's people: members, teams, legal entities, roles, invitations. */
const feature: FeatureDefinition = {
  routes: [{ path: '/people', page: () => import('./people-page') }],
  navItems: [
    { to: '/people', labelKey: 'entries:people.nav', icon: IconUsersGroup, section: 'manage', order: 20 },
  ],
  spotlightActions: [
    { key: 'people', labelKey: 'entries:people.spotlight', icon: IconUsersGroup, to: '/people' },
  ],
  listActions: (object) => (['member', 'team', 'legalEntity'].includes(object.key) ? [PeopleLink] : []),
};

export default feature;
