import { IconEraser } from '@tabler/icons-react';
import type { RecordMenuItem } from '@/app/feature.types';
import { askForErasure } from './erasure-request';

/** Erases a person from a record and its history, for users who may erase personal data. */
export const eraseMenuItem: RecordMenuItem = {
  key: 'erase',
  labelKey: 'entries:audit.erase.menu',
  icon: IconEraser,
  permission: 'erasePersonalData',
  onSelect: (object, record) => askForErasure({ object, record }),
};
