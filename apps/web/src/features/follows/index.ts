import { IconBellPlus } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { FollowAction } from './follow-action';

/** What is said about others is followed at what it is about. */
const ADDITIONS = new Set(['comment', 'note', 'file']);

/** Following records: the button on a record, and the page of everything that the user follows. */
const feature: FeatureDefinition = {
  routes: [{ path: '/settings/following', page: () => import('./following-page') }],
  settingsParts: [
    {
      key: 'following',
      to: '/settings/following',
      labelKey: 'entries:follows.settings',
      icon: IconBellPlus,
      order: 93,
    },
  ],
  recordActions: ({ key }) => (ADDITIONS.has(key) ? [] : [FollowAction]),
};

export default feature;
