import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';

const TimelinePanel = lazyPart('timeline', () => import('./timeline-panel'));

/** What happened to a record and around it: the first tab of every record. */
const feature: FeatureDefinition = {
  recordPanels: () => [
    { key: 'timeline', labelKey: 'entries:timeline.tab', Panel: TimelinePanel, isFirst: true },
  ],
};

export default feature;
