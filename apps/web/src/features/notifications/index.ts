import { IconBell } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

/** The user's notifications: the inbox. The bell is part of the shell. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/notifications', page: () => import('./notifications-page') },
    { path: '/settings/notifications', page: () => import('./settings-page') },
    { path: '/stop-mails', layout: 'public', page: () => import('./stop-mails-page') },
  ],
  settingsParts: [
    {
      key: 'notifications',
      to: '/settings/notifications',
      labelKey: 'entries:notifications.settings',
      icon: IconBell,
      order: 92,
    },
  ],
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
