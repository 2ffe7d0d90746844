import type { FeatureDefinition } from '@/app/feature.types';
import { ConvertLeadFromList } from './list-action';
import { LeadSteps } from './record-actions';

/** Converts, disqualifies and reopens leads. */
const feature: FeatureDefinition = {
  recordActions: (object) => (object.key === 'lead' ? [LeadSteps] : []),
  listActions: (object) => (object.key === 'lead' ? [ConvertLeadFromList] : []),
};

export default feature;
