import { IconCube } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

const permission = 'manageFields';

/** Objects that the company makes, besides those of the product. */
const feature: FeatureDefinition = {
  routes: [{ path: '/settings/objects', page: () => import('./objects-page') }],
  settingsParts: [
    {
      key: 'objects',
      to: '/settings/objects',
      labelKey: 'entries:objects.title',
      icon: IconCube,
      order: 42,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'objects',
      labelKey: 'entries:objects.spotlight',
      icon: IconCube,
      to: '/settings/objects',
      permission,
    },
  ],
};

export default feature;
