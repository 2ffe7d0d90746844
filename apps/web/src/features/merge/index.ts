import { IconArrowMerge } from '@tabler/icons-react';
import type { FeatureDefinition } from '@/app/feature.types';
import { mayDelete, mayUpdate, type ObjectDescription } from '@/records/object-description';
import { MergeSelection } from './merge-selection';

const mayMerge = (object: ObjectDescription) => mayUpdate(object) && mayDelete(object);

/** Merges records that are the same thing, field by field, with a preview. */
const feature: FeatureDefinition = {
  routes: [{ path: '/merge', page: () => import('./merge-page') }],
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
