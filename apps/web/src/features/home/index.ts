import type { FeatureDefinition } from '@/app/feature.types';
import HomePage from './home-page';

/** What matters today. Most people start here, so it loads with the app instead of after it. */
const home: FeatureDefinition = {
  routes: [{ path: '/', page: () => Promise.resolve({ default: HomePage }) }],
};

export default home;
