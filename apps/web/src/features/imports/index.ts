import { IconFileImport } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { ImportLink } from './import-link';
import { isImportable } from './importable';

/** Imports records from files: the wizard, progress and results. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/imports', page: () => import('./imports-page') },
    { path: '/imports/new', page: () => import('./import-wizard-page') },
    { path: '/imports/moves', page: () => import('./moves/moves-page') },
    { path: '/imports/moves/$moveId', page: () => import('./moves/moves-page') },
    { path: '/imports/$importId', page: () => import('./import-run-page') },
  ],
  navItems: [
    {
      to: '/imports',
      labelKey: 'entries:imports.nav',
      icon: IconFileImport,
      section: 'manage',
      order: 10,
      permission: 'manageImports',
    },
  ],
  spotlightActions: [
    {
      key: 'import',
      labelKey: 'entries:imports.spotlight',
      icon: IconFileImport,
      to: '/imports/new',
      permission: 'manageImports',
    },
  ],
  listActions: (object) => (isImportable(object) ? [ImportLink] : []),
};

export default feature;
