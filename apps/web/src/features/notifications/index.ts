import { IconBell } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

/** The user's notifications: the inbox. The bell is part of the shell. */
const feature: FeatureDefinition = {
  routes: [{ path: '/notifications', page: () => import('./notifications-page'), texts: ['jobs'] }],
  spotlightActions: [
    {
      key: 'notifications',
      labelKey: 'entries:notifications.spotlight',
      icon: IconBell,
      to: '/notifications',
    },
  ],
};

export default feature;
