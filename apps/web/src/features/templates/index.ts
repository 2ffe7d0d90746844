import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { mayCreate } from '@/records/object-description';

const TemplatesMenu = lazyPart('templates', () => import('./templates-menu'));

/** Values that new records start with, kept by name. */
const feature: FeatureDefinition = {
  formTools: (object) => (mayCreate(object) ? [TemplatesMenu] : []),
};

export default feature;
