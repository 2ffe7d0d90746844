import { IconCopyCheck } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { DuplicatesOverlay } from './duplicates-overlay';

const permission = 'manageFields';

/** Rules that say when records are duplicates, and the warning before another one is saved. */
const feature: FeatureDefinition = {
  routes: [{ path: '/settings/duplicates', page: () => import('./duplicate-rules-page') }],
  settingsParts: [
    {
      key: 'duplicates',
      to: '/settings/duplicates',
      labelKey: 'entries:duplicate-rules.title',
      icon: IconCopyCheck,
      order: 48,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'duplicate-rules',
      labelKey: 'entries:duplicate-rules.spotlight',
      icon: IconCopyCheck,
      to: '/settings/duplicates',
      permission,
    },
  ],
  overlays: [DuplicatesOverlay],
};

export default feature;
