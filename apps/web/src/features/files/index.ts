import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { knownObject } from '@/records/api/describe-objects';
import { fieldOf } from '@/records/object-description';

const FilesPanel = lazyPart('files', () => import('./files-panel'));

/** Files on every record that files can be about. */
const feature: FeatureDefinition = {
  recordPanels: (object) => {
    const files = knownObject('file');
    return files && fieldOf(files, 'about')?.linksTo?.includes(object.key)
      ? [
          {
            key: 'files',
            labelKey: 'entries:files.tab',
            Panel: FilesPanel,
            isCommon: true,
            shows: { object: 'file', field: 'about' },
          },
        ]
      : [];
  },
};

export default feature;
