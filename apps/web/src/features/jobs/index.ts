import { IconRotateClockwise } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

const permission = 'manageJobs';

/** Background work: bulk jobs, which people follow, and jobs that failed. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/settings/jobs', page: () => import('./failed-jobs-page') },
    { path: '/bulk-jobs', page: () => import('./bulk-jobs-page') },
  ],
  navItems: [
    {
      to: '/bulk-jobs',
      labelKey: 'entries:jobs.bulk',
      icon: IconRotateClockwise,
      section: 'manage',
      order: 12,
      action: 'bulk',
    },
  ],
  settingsParts: [
    {
      key: 'jobs',
      to: '/settings/jobs',
      labelKey: 'entries:jobs.title',
      icon: IconRotateClockwise,
      order: 70,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'jobs',
      labelKey: 'entries:jobs.spotlight',
      icon: IconRotateClockwise,
      to: '/settings/jobs',
      permission,
    },
  ],
};

export default feature;
