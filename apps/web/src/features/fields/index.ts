import { IconForms, IconLayout } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';

const permission = 'manageFields';

/** Fields that the company adds to objects, and how forms, pages and cards are laid out. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/settings/fields', page: () => import('./fields-page') },
    { path: '/settings/layouts', page: () => import('./layouts-page') },
  ],
  settingsParts: [
    {
      key: 'fields',
      to: '/settings/fields',
      labelKey: 'entries:fields.title',
      icon: IconForms,
      order: 44,
      permission,
    },
    {
      key: 'layouts',
      to: '/settings/layouts',
      labelKey: 'entries:fields.layouts.title',
      icon: IconLayout,
      order: 46,
      permission,
    },
  ],
  spotlightActions: [
    {
      key: 'fields',
      labelKey: 'entries:fields.spotlight',
      icon: IconForms,
      to: '/settings/fields',
      permission,
    },
    {
      key: 'layouts',
      labelKey: 'entries:fields.layouts.spotlight',
      icon: IconLayout,
      to: '/settings/layouts',
      permission,
    },
  ],
};

export default feature;
