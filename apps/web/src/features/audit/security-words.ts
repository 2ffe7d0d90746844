import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { roleName, rolesQuery } from '@/lib/roles';
import { labelFromKey } from '@/records/access/field-visibility';
import { useObjects } from '@/records/api/describe-objects';
import type { Changes } from '@/records/log/event-changes';
import { fieldOf } from '@/records/object-description';
import type { AuditEntry } from './api/audit';

interface Right {
  object: string;
  action?: string;
  scope?: string;
  condition?: unknown;
  preset?: unknown;
  field?: string;
  access?: string;
}

const EVERY = '*';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const isRight = (item: unknown): item is Right =>
  typeof item === 'object' && item !== null && 'object' in item && ('action' in item || 'access' in item);

/** Formats the contents of security events (rights, roles, times), which no object describes. */
export function useSecurityWords() {
  const { t, i18n } = useTranslation(['audit', 'access']);
  const formats = useFormats();
  const objects = useObjects();
  const roles = useQuery(rolesQuery).data ?? [];
  const said = (key: string, fallback: string) => (i18n.exists(key) ? t(key) : fallback);
  const roleOf = (id: unknown) => {
    const role = roles.find((each) => each.id === id);
    return role ? roleName(role) : undefined;
  };

  /** "Accounts · View: Team, with a condition", "Contacts · E-mail: Masked" */
  function rightText({ object: key, action, scope, condition, preset, field, access }: Right): string {
    const object = objects.find((each) => each.key === key);
    const what = key === EVERY ? t('access:matrix.everyObject') : (object?.pluralLabel ?? labelFromKey(key));
    if (field !== undefined) {
      const name =
        field === EVERY
          ? t('access:fields.all')
          : ((object && fieldOf(object, field)?.label) ?? labelFromKey(field));
      return `${what} · ${name}: ${said(`access:levels.${access}`, String(access))}`;
    }
    const verb = object?.verbs?.find((each) => each.key === action)?.label;
    const deed =
      verb ?? said(`access:actions.${action === EVERY ? 'every' : action}`, labelFromKey(action ?? ''));
    const reach = said(`access:scopes.${scope}`, String(scope));
    return `${what} · ${deed}: ${reach}${condition || preset ? `, ${t('access:matrix.refined')}` : ''}`;
  }

  function itemText(field: string, item: unknown): string {
    if (isRight(item)) return rightText(item);
    if (field === 'system')
      return said(`access:company.rights.${item === EVERY ? 'everything' : item}.label`, String(item));
    if (typeof item === 'object' && item !== null) return JSON.stringify(item);
    if (typeof item === 'string' && TIME.test(item)) return formats.dateTime(item);
    return roleOf(item) ?? String(item);
  }

  /** The entries of one list that the other lacks. What stayed the same is not a change. */
  function sideText(field: string, side: unknown, other: unknown): unknown {
    if (!Array.isArray(side)) return side === null || side === undefined ? side : itemText(field, side);
    const others = Array.isArray(other) ? other.map((item) => JSON.stringify(item)) : [];
    return side
      .filter((item) => !others.includes(JSON.stringify(item)))
      .map((item) => itemText(field, item))
      .join('\n');
  }

  return {
    /** Label of a field of a security event. */
    labelOf: (field: string) => said(`audit:fields.${field}`, labelFromKey(field)),
    /** The changes of a security event as readable text. */
    inWords: (changes: Changes): Changes =>
      Object.fromEntries(
        Object.entries(changes).map(([field, { before, after }]) => [
          field,
          { before: sideText(field, before, after), after: sideText(field, after, before) },
        ]),
      ),
    /** Name of the event's subject, if the log doesn't contain it. */
    nameOf: ({ object, record, changes }: AuditEntry): string | undefined => {
      const named = changes['name']?.after ?? changes['name']?.before;
      if (typeof named === 'string') return named;
      return object === 'security.role' ? roleOf(record.id) : undefined;
    },
  };
}
