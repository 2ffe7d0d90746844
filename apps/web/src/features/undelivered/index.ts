import { IconMailExclamation } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

const permission = 'manageJobs';

/** Messages that did not leave, or may not have. */
const feature: FeatureDefinition = {
  routes: [{ path: '/settings/undelivered', page: () => import('./undelivered-page') }],
  settingsParts: [
    {
      key: 'undelivered',
      to: '/settings/undelivered',
      labelKey: 'entries:undelivered.title',
      icon: IconMailExclamation,
      order: 72,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'undelivered',
      labelKey: 'entries:undelivered.spotlight',
      icon: IconMailExclamation,
      to: '/settings/undelivered',
      permission,
    },
  ],
};

export default feature;
