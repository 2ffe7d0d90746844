import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import type { Notification } from './api/notifications';

/** Where a notification leads. */
export interface Target {
  to: string;
  search?: Record<string, unknown>;
}

/** Returns where a notification leads. */
export function useNotificationTarget(): (notification: Notification) => Target | undefined {
  const objects = useObjects();
  const { memberId } = useMe().user;
  return ({ kind, object: key, record, count, parameters }) => {
    if (kind.startsWith('import')) return record ? { to: `/imports/${record.id}` } : { to: '/imports' };
    if (kind.startsWith('job')) return { to: parameters['job'] === 'export' ? '/exports' : '/bulk-jobs' };
    const object = objects.find((each) => each.key === key);
    if (!object) return undefined;
    if (record) return { to: `${object.path}/${record.id}` };
    const isOwners = kind === 'assigned' && count > 1;
    return {
      to: object.path,
      ...(isOwners ? { search: { filter: { field: 'owner', op: 'eq', value: memberId } } } : {}),
    };
  };
}
