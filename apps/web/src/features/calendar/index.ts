import { IconCalendarWeek } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

/** Tasks, calls, meetings and closing deals by day, of oneself and of others. */
const feature: FeatureDefinition = {
  routes: [{ path: '/calendar', page: () => import('./calendar-page') }],
  navItems: [
    { to: '/calendar', labelKey: 'entries:calendar.nav', icon: IconCalendarWeek, section: 'work', order: 6 },
  ],
};

export default feature;
