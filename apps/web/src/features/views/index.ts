import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

/** Saved views in the navigation. Lists, boards and calendars show views themselves. */
const feature: FeatureDefinition = {
  navParts: [lazyPart('views', () => import('./pinned-views'))],
};

export default feature;
