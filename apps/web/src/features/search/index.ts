import type { FeatureDefinition } from '@/app/feature.types';

/** The page with all hits of a search. The palette leads to it. */
const feature: FeatureDefinition = {
  routes: [{ path: '/search', page: () => import('./search-page') }],
};

export default feature;
