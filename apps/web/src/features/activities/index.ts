import { IconSunHigh } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { isPlannedKind } from './planned-kinds';
import { ActivitySteps, AddTasks } from './record-actions';

/** My day, the queue that works through it, the buttons that complete and reopen activities, and tasks for many records. */
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
  selectionActions: () => [AddTasks],
  recordActions: (object) => (isPlannedKind(object.key) ? [ActivitySteps] : []),
};

export default feature;
