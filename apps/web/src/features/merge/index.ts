import { IconArrowMerge, IconCopyCheck } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { mayDelete, mayUpdate, type ObjectDescription } from '@/records/object-description';
import { DuplicateHint } from './duplicate-hint';
import { MergeSelection } from './merge-selection';

const mayMerge = (object: ObjectDescription) => mayUpdate(object) && mayDelete(object);

/** Lists records that may be the same thing, and merges those that are, field by field, with a preview. */
const feature: FeatureDefinition = {
  routes: [
    { path: '/merge', page: () => import('./merge-page') },
    { path: '/duplicates', page: () => import('./duplicates-page') },
  ],
  navItems: [
    {
      to: '/duplicates',
      labelKey: 'entries:merge.nav',
      icon: IconCopyCheck,
      section: 'manage',
      order: 13,
      action: 'update',
    },
  ],
  recordActions: (object) => (mayUpdate(object) ? [DuplicateHint] : []),
  selectionActions: (object) => (mayMerge(object) ? [MergeSelection] : []),
  recordMenu: (object) =>
    mayMerge(object)
      ? [
          {
            key: 'merge',
            labelKey: 'entries:merge.with',
            icon: IconArrowMerge,
            to: (record) => ({ to: '/merge', search: { object: object.key, ids: record.id } }),
          },
        ]
      : [],
};

export default feature;
