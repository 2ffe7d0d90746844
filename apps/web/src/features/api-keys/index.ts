import { IconKey } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

const permission = 'manageIntegrations';

/** Keys with which programs use the API. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/settings/api-keys', page: () => import('./api-keys-page') },
    { path: '/settings/api-keys/$keyId', page: () => import('./api-key-page') },
  ],
  settingsParts: [
    {
      key: 'api-keys',
      to: '/settings/api-keys',
      labelKey: 'entries:api-keys.title',
      icon: IconKey,
      order: 60,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'api-keys',
      labelKey: 'entries:api-keys.spotlight',
      icon: IconKey,
      to: '/settings/api-keys',
      permission,
    },
  ],
};

export default feature;
