import { IconShieldCheck } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { eraseMenuItem } from './erase-menu-item';
import { EraseOverlay } from './erase-overlay';
import { hasPersonalFields } from './personal-fields';

const permission = 'viewAudit';

/** The company's audit log of records and log-ins, its seals, and the erasure of people. */
const feature: FeatureDefinition = {
  routes: [{ path: '/audit', page: () => import('./audit-page'), texts: ['access'] }],
  navItems: [
    {
      to: '/audit',
      labelKey: 'entries:audit.nav',
      icon: IconShieldCheck,
      section: 'manage',
      order: 40,
      permission,
    },
  ],
  spotlightActions: [
    { key: 'audit', labelKey: 'entries:audit.spotlight', icon: IconShieldCheck, to: '/audit', permission },
  ],
  recordMenu: (object) => (hasPersonalFields(object) ? [eraseMenuItem] : []),
  overlays: [EraseOverlay],
};

export default feature;
