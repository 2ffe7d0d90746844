import { IconSunHigh } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { isPlannedKind } from './planned-kinds';
import { ActivitySteps } from './record-actions';

/** My day, the queue that works through it, and the buttons that complete and reopen activities. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/my-day', page: () => import('./my-day-page') },
    { path: '/my-day/queue', page: () => import('./queue-page') },
  ],
  navItems: [
    { to: '/my-day', labelKey: 'entries:activities.nav', icon: IconSunHigh, section: 'work', order: 5 },
  ],
  spotlightActions: [
    { key: 'my-day', labelKey: 'entries:activities.spotlight', icon: IconSunHigh, to: '/my-day' },
  ],
  recordActions: (object) => (isPlannedKind(object.key) ? [ActivitySteps] : []),
};

export default feature;
