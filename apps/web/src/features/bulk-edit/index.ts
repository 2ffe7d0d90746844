import type { FeatureDefinition } from '@/app/feature.types';
import { mayBulk, mayUpdate } from '@/records/object-description';
import { EditSelection } from './edit-selection';

/** Changes or shares many records at once, with a preview. */
const feature: FeatureDefinition = {
  selectionActions: (object) => (mayUpdate(object) && mayBulk(object) ? [EditSelection] : []),
};

export default feature;
