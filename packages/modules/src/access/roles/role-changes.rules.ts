import { isDeepStrictEqual } from 'node:util';
import type { Condition } from '@pellucid/conditions';
import type { Permission } from '@pellucid/platform/access';
import type { FieldChange, RecordDescriptor } from '@pellucid/platform/records';
import type { Role, RoleRow } from './role.types.js';

const PERSONAL = new Set(['personal', 'sensitive', 'secret']);
/** Replaces values of personal fields in a role's conditions and presets when they are logged. */
const WITHHELD = '…';

type RoleContent = Pick<RoleRow, 'name' | 'description' | 'permissions' | 'system' | 'fields'>;
const CONTENT = ['name', 'description', 'permissions', 'system', 'fields'] as const;

/** Returns the differences between two states of a role for the log, without values of personal fields. */
export function changesOf(
  before: RoleContent | undefined,
  after: RoleContent | undefined,
  objects: Map<string, RecordDescriptor>,
): Record<string, FieldChange> {
  const shown = (role: RoleContent, key: (typeof CONTENT)[number]) =>
    key === 'permissions'
      ? role.permissions.map((p) => withoutPersonal(p, objects.get(p.object)))
      : role[key];
  return Object.fromEntries(
    CONTENT.filter((key) => !isDeepStrictEqual(before?.[key], after?.[key])).map((key) => [
      key,
      {
        ...(before ? { before: shown(before, key) } : {}),
        ...(after ? { after: shown(after, key) } : {}),
      },
    ]),
  );
}

/** Whether two states of a role are equal. */
export function sameContent(a: RoleContent, b: RoleContent): boolean {
  return CONTENT.every((key) => isDeepStrictEqual(a[key], b[key]));
}

/** Returns the role with the properties that follow from its state. */
export function presented({ removed: _, product: __, ...row }: RoleRow): Role {
  return { ...row, editable: row.key !== 'companyAdmin' };
}

function withoutPersonal(permission: Permission, object: RecordDescriptor | undefined): Permission {
  const { condition, preset } = permission;
  const isPersonal = (key: string) => PERSONAL.has(object?.byKey.get(key)?.pii ?? 'public');
  return {
    ...permission,
    ...(condition && { condition: conditionWithout(condition, isPersonal) }),
    ...(preset && {
      preset: Object.fromEntries(
        Object.entries(preset).map(([key, value]) => [key, isPersonal(key) ? WITHHELD : value]),
      ),
    }),
  };
}

function conditionWithout(condition: Condition, isPersonal: (key: string) => boolean): Condition {
  if ('field' in condition)
    return condition.value !== undefined && isPersonal(condition.field)
      ? { ...condition, value: WITHHELD }
      : condition;
  if ('not' in condition) return { not: conditionWithout(condition.not, isPersonal) };
  if ('lines' in condition) return { ...condition, where: conditionWithout(condition.where, isPersonal) };
  const inner = (list: Condition[]) => list.map((part) => conditionWithout(part, isPersonal));
  return 'all' in condition ? { all: inner(condition.all) } : { any: inner(condition.any) };
}
