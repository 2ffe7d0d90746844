import type { ObjectDescription } from '@/records/object-description';

/** Whether the user may export records of the object. */
export function isExportable(object: ObjectDescription): boolean {
  return object.permissions?.['export'] === true;
}
