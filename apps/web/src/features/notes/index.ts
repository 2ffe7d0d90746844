import type { FeatureDefinition } from '@/app/feature.types';
import { lazyPart } from '@/lib/i18n/i18n';
import { knownObject } from '@/records/api/describe-objects';
import { fieldOf } from '@/records/object-description';

const NotesPanel = lazyPart('notes', () => import('./notes-panel'));

/** Notes about a record, on its page. */
const feature: FeatureDefinition = {
  recordPanels: (object) => {
    const notes = knownObject('note');
    return notes && fieldOf(notes, 'about')?.linksTo?.includes(object.key)
      ? [
          {
            key: 'notes',
            labelKey: 'entries:notes.tab',
            Panel: NotesPanel,
            isCommon: true,
            shows: { object: 'note', field: 'about' },
          },
        ]
      : [];
  },
};

export default feature;
