import { IconShieldLock } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { ShareAction } from './share-action';

const permission = 'manageRoles';

/** What people may do: roles, and shares of single records. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/settings/roles', page: () => import('./roles-page') },
    { path: '/settings/roles/$roleId', page: () => import('./role-page') },
  ],
  settingsParts: [
    {
      key: 'roles',
      to: '/settings/roles',
      labelKey: 'entries:access.title',
      icon: IconShieldLock,
      order: 50,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'roles',
      labelKey: 'entries:access.spotlight',
      icon: IconShieldLock,
      to: '/settings/roles',
      permission,
    },
  ],
  recordActions: (object) => (object.listed ? [ShareAction] : []),
};

export default feature;
