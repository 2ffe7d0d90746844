import type { FeatureDefinition } from '@/app/feature.types';

/** What matters today. */
const home: FeatureDefinition = { routes: [{ path: '/', page: () => import('./home-page') }] };

export default home;
