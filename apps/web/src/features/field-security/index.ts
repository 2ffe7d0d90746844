import { IconEyeClosed, IconEyeSearch } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { RevealOverlay } from './reveal-overlay';

/** How fields are masked and encrypted, who viewed what, and revealing single values. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/settings/masking', page: () => import('./masking-page') },
    { path: '/settings/masking-log', page: () => import('./masking-log-page') },
  ],
  settingsParts: [
    {
      key: 'masking',
      to: '/settings/masking',
      labelKey: 'entries:field-security.title',
      icon: IconEyeClosed,
      order: 52,
      permission: 'manageFields',
    },
    {
      key: 'masking-log',
      to: '/settings/masking-log',
      labelKey: 'entries:field-security.log.title',
      icon: IconEyeSearch,
      order: 54,
      permission: 'viewAudit',
    },
  ],
  spotlightActions: [
    {
      key: 'masking',
      labelKey: 'entries:field-security.spotlight',
      icon: IconEyeClosed,
      to: '/settings/masking',
      permission: 'manageFields',
    },
    {
      key: 'masking-log',
      labelKey: 'entries:field-security.log.spotlight',
      icon: IconEyeSearch,
      to: '/settings/masking-log',
      permission: 'viewAudit',
    },
  ],
  overlays: [RevealOverlay],
};

export default feature;
