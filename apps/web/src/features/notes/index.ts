import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { aboutPanel } from '@/records/record/about-panel';

const NotesPanel = lazyPart('notes', () => import('./notes-panel'));

/** Notes about a record, on its page. */
const feature: FeatureDefinition = { recordPanels: aboutPanel('note', 'notes', NotesPanel) };

export default feature;
