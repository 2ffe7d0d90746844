import type { ComponentType } from 'react';
import type { RecordPanel } from '@/app/feature.types';
import { knownObject } from '../api/describe-objects';
import { fieldOf, type ObjectDescription, type RecordData } from '../object-description';

/**
 * In: the object of a panel's records, the panel's key, and what draws it. Out: what gives the panel to the pages of all objects that
 * these records can be about.
 */
export const aboutPanel =
  (about: string, key: string, Panel: ComponentType<{ object: ObjectDescription; record: RecordData }>) =>
  (object: ObjectDescription): RecordPanel[] => {
    const own = knownObject(about);
    return own && fieldOf(own, 'about')?.linksTo?.includes(object.key)
      ? [
          {
            key,
            labelKey: `entries:${key}.tab`,
            Panel,
            isCommon: true,
            shows: { object: about, field: 'about' },
          },
        ]
      : [];
  };
