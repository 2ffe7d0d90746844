import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { aboutPanel } from '@/records/record/about-panel';

const CommentsPanel = lazyPart('comments', () => import('./comments-panel'));

/** What people say to each other about a record, on its page. */
const feature: FeatureDefinition = { recordPanels: aboutPanel('comment', 'comments', CommentsPanel) };

export default feature;
