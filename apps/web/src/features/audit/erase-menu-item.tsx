import { IconEraser } from '@tabler/icons-react';
import type { RecordMenuItem } from '@/app/feature.types';
import { askForErasure } from './erasure-request';

/** For those who manage users: erases the person from a record and its history. */
export const eraseMenuItem: RecordMenuItem = {
  key: 'erase',
  labelKey: 'audit:erase.menu',
  icon: IconEraser,
  permission: 'manageUsers',
  onSelect: (object, record) => askForErasure({ object, record }),
};
