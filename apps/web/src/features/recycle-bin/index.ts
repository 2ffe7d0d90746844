import { IconTrash } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

/** What is deleted and can be restored. */
const feature: FeatureDefinition = {
  routes: [{ path: '/bin', page: () => import('./recycle-bin-page') }],
  navItems: [
    { to: '/bin', labelKey: 'entries:recycle-bin.nav', icon: IconTrash, section: 'manage', order: 50 },
  ],
  spotlightActions: [{ key: 'bin', labelKey: 'entries:recycle-bin.spotlight', icon: IconTrash, to: '/bin' }],
};

export default feature;
