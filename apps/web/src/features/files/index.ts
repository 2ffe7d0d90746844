import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { aboutPanel } from '@/records/record/about-panel';

const FilesPanel = lazyPart('files', () => import('./files-panel'));

/** Files on every record that files can be about. */
const feature: FeatureDefinition = { recordPanels: aboutPanel('file', 'files', FilesPanel) };

export default feature;
