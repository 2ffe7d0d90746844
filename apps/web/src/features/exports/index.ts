import { IconFileExport } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { ExportList } from './export-list';
import { ExportSelection } from './export-selection';
import { isExportable } from './exportable';

/** Exports records to files: the dialog, progress, history and downloads. */
const feature: FeatureDefinition = {
  routes: [{ path: '/exports', page: () => import('./exports-page') }],
  navItems: [
    {
      to: '/exports',
      labelKey: 'entries:exports.nav',
      icon: IconFileExport,
      section: 'manage',
      order: 11,
      action: 'export',
    },
  ],
  listActions: (object) => (isExportable(object) ? [ExportList] : []),
  selectionActions: (object) => (isExportable(object) ? [ExportSelection] : []),
};

export default feature;
