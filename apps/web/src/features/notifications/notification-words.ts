import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useMe } from '@/lib/session/use-me';
import { useObjects } from '@/records/api/describe-objects';
import type { Notification } from './api/notifications';

/** Kinds that have texts of their own. */
export const KINDS = [
  'assigned',
  'shared',
  'dealWon',
  'importCompleted',
  'importFailed',
  'jobCompleted',
  'jobFailed',
] as const;

/** Where a notification leads. */
export interface Target {
  to: string;
  search?: Record<string, unknown>;
}

/** Returns what a notification says and where it leads, in the user's language. */
export function useNotificationWords(): (notification: Notification) => {
  text: string;
  target: Target | undefined;
} {
  const { t, i18n } = useTranslation(['notifications', 'jobs']);
  const formats = useFormats();
  const objects = useObjects();
  const { memberId } = useMe().user;
  const objectOf = (key: string | number | null | undefined) => objects.find((object) => object.key === key);

  const jobName = ({ job, action, of }: Notification['parameters']) => {
    const key = `bulk.kinds.${job}.${job === 'export' ? 'export' : action}`;
    const what = i18n.exists(`jobs:${key}`) ? t(`jobs:${key}`) : t('jobs:bulk.kinds.other');
    const object = objectOf(of);
    return object ? `${what} · ${object.pluralLabel}` : what;
  };

  function targetOf({ kind, object: key, record, count, parameters }: Notification): Target | undefined {
    if (kind.startsWith('import')) return record ? { to: `/imports/${record.id}` } : { to: '/imports' };
    if (kind.startsWith('job')) return { to: parameters['job'] === 'export' ? '/exports' : '/bulk-jobs' };
    const object = objectOf(key);
    if (!object) return undefined;
    if (record) return { to: `${object.path}/${record.id}` };
    const isOwners = kind === 'assigned' && count > 1;
    return {
      to: object.path,
      ...(isOwners ? { search: { filter: { field: 'owner', op: 'eq', value: memberId } } } : {}),
    };
  }

  return (notification) => {
    const { kind, object: key, record, count, hasMore, actor, parameters } = notification;
    const object = objectOf(key) ?? objectOf(parameters['of']);
    const isKnown = (KINDS as readonly string[]).includes(kind);
    const form = key === null ? 'line' : `${record ? 'one' : 'many'}${actor.name ? 'By' : ''}`;
    const text = t(isKnown ? `kinds.${kind}.${form}` : `kinds.other.${record ? 'one' : 'many'}`, {
      actor: actor.name ?? '',
      name: record?.name ?? object?.label ?? '',
      number: `${formats.number(count)}${hasMore ? '+' : ''}`,
      objects: object?.pluralLabel ?? '',
      job: kind.startsWith('job') ? jobName(parameters) : '',
      done: formats.number(Number(parameters['done'] ?? 0)),
      failed: formats.number(Number(parameters['failed'] ?? 0)),
      interpolation: { escapeValue: false },
    });
    return { text, target: targetOf(notification) };
  };
}
