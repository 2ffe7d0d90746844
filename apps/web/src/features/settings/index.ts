import {
  IconBuilding,
  IconCoins,
  IconPackage,
  IconSettings,
  IconShieldLock,
  IconTag,
  IconTimeline,
  IconUserCog,
} from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { ResetFactorsAction } from './second-factor/reset-action';

/** The company's settings, pipelines and rates, and the user's own account and log-in. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/settings', page: () => import('./general-page') },
    { path: '/settings/pipelines', page: () => import('./pipelines-page') },
    { path: '/settings/exchange-rates', page: () => import('./exchange-rates-page') },
    { path: '/settings/profile', page: () => import('./profile-page') },
    { path: '/settings/security', page: () => import('./security-page') },
    {
      path: '/second-factor-setup',
      layout: 'public',
      page: () => import('./second-factor/setup-page'),
    },
  ],
  navItems: [
    { to: '/settings', labelKey: 'entries:settings.nav', icon: IconSettings, section: 'manage', order: 90 },
  ],
  settingsParts: [
    {
      key: 'general',
      to: '/settings',
      labelKey: 'entries:settings.pages.general',
      icon: IconBuilding,
      order: 10,
    },
    {
      key: 'pipelines',
      to: '/settings/pipelines',
      labelKey: 'entries:settings.pages.pipelines',
      icon: IconTimeline,
      order: 20,
      object: 'pipeline',
    },
    {
      key: 'rates',
      to: '/settings/exchange-rates',
      labelKey: 'entries:settings.pages.rates',
      icon: IconCoins,
      order: 30,
    },
    {
      key: 'products',
      to: '/products',
      labelKey: 'entries:settings.pages.products',
      icon: IconPackage,
      order: 40,
      object: 'product',
    },
    {
      key: 'tags',
      to: '/tags',
      labelKey: 'entries:settings.pages.tags',
      icon: IconTag,
      order: 50,
      object: 'tag',
    },
    {
      key: 'profile',
      to: '/settings/profile',
      labelKey: 'entries:settings.pages.profile',
      icon: IconUserCog,
      order: 90,
    },
    {
      key: 'security',
      to: '/settings/security',
      labelKey: 'entries:settings.pages.security',
      icon: IconShieldLock,
      order: 91,
    },
  ],
  spotlightActions: [
    { key: 'settings', labelKey: 'entries:settings.spotlight', icon: IconSettings, to: '/settings' },
    {
      key: 'profile',
      labelKey: 'entries:settings.spotlightProfile',
      icon: IconUserCog,
      to: '/settings/profile',
    },
    {
      key: 'security',
      labelKey: 'entries:settings.spotlightSecurity',
      icon: IconShieldLock,
      to: '/settings/security',
    },
  ],
  recordActions: (object) => (object.key === 'member' ? [ResetFactorsAction] : []),
};

export default feature;
