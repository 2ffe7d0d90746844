import { IconTrophy } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

const GoalsBlock = lazyPart('goals', () => import('./goals-block'));

/** What people and teams want to reach, and how far they are. */
const feature: FeatureDefinition = {
  routes: [{ path: '/goals', page: () => import('./goals-page') }],
  navItems: [{ to: '/goals', labelKey: 'entries:goals.nav', icon: IconTrophy, section: 'work', order: 8 }],
  homeBlocks: [
    {
      key: 'goals',
      labelKey: 'goals:title',
      column: 'narrow',
      order: 10,
      height: 190,
      needs: ['goal'],
      Block: GoalsBlock,
    },
  ],
};

export default feature;
