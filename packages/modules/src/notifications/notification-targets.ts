import type { RecordDescriptor } from '@pellucid/platform/records';
import type { ShownNotification } from './notifications.service.js';

/** Returns the path in the web app to what a notification is about. @param object its object, if it has one */
export function pathTo(
  { kind, record, parameters }: ShownNotification,
  object: Pick<RecordDescriptor, 'plural'> | undefined,
): string {
  if (kind.startsWith('import')) return record ? `/imports/${record.id}` : '/imports';
  if (kind.startsWith('job')) return parameters['job'] === 'export' ? '/exports' : '/bulk-jobs';
  if (!object) return '/notifications';
  return record ? `/${object.plural}/${record.id}` : '/notifications';
}
