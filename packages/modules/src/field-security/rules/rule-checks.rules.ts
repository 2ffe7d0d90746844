import { checkCondition } from '@pellucid/conditions';
import type { MaskingStrategy, TenantSnapshot } from '@pellucid/platform/access';
import type { FieldKeyRing } from '@pellucid/platform/crypto';
import type { FieldProblem } from '@pellucid/platform/errors';
import {
  computedReadersOf,
  type FieldDescriptor,
  fieldOf as describedField,
  infoOf,
  type PiiClass,
  type RecordDescriptor,
  type RecordRegistry,
} from '@pellucid/platform/records';

/** How a field is to be masked. */
export interface RuleWish {
  object: string;
  field: string;
  strategy: MaskingStrategy;
  /** Class that the company assigns to the field; null keeps the description's. */
  pii: PiiClass | null;
}

/** What rules are checked against: the company's descriptions and roles, and the installation's keys. */
export interface RuleGround {
  registry: RecordRegistry;
  snapshot: TenantSnapshot;
}

/** Returns the field of a rule, or what is wrong with its name. @param at pointer in front of `/object` and `/field` */
export function fieldOf(
  { object, field }: { object: string; field: string },
  { registry, snapshot }: RuleGround,
  at = '',
): { descriptor: RecordDescriptor; f: FieldDescriptor } | { problem: FieldProblem } {
  if (!registry.has(object, snapshot))
    return {
      problem: {
        pointer: `${at}/object`,
        code: 'unknownObject',
        message: `There is no object "${object}". Use a key from GET /objects.`,
      },
    };
  const descriptor = registry.forTenant(object, snapshot);
  const f = describedField(descriptor, field);
  if (!f)
    return {
      problem: {
        pointer: `${at}/field`,
        code: 'unknownField',
        message: `"${field}" isn't a field of ${descriptor.pluralLabel.toLowerCase()}. Use a key from GET /objects/${object}.`,
      },
    };
  return { descriptor, f };
}

/** Returns what is wrong with a rule for a field; undefined when it fits. @param at pointer in front of `/strategy` */
export function misfit(
  wish: Pick<RuleWish, 'strategy'>,
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  ground: RuleGround,
  at = '',
): FieldProblem | undefined {
  const fitting = strategiesOf(descriptor, f, ground);
  if (fitting.includes(wish.strategy)) return undefined;
  const reason =
    wish.strategy === 'encrypt' && f.traits.masking.strategies.includes('encrypt')
      ? refusalToEncrypt(descriptor, f, ground)
      : wish.strategy === 'tokenize' && f.traits.masking.strategies.includes('tokenize')
        ? NO_KEYS
        : undefined;
  const because = reason ? `: ${reason}` : '';
  return {
    pointer: `${at}/strategy`,
    code: 'strategyUnfit',
    message: `"${f.label}" of ${descriptor.pluralLabel.toLowerCase()} can't be masked by "${wish.strategy}"${because}. Use one of: ${fitting.join(', ')}.`,
    params: { field: f.key, strategy: wish.strategy, fitting, ...(reason ? { reason } : {}) },
  };
}

/** Returns the strategies that fit a field of the company. */
export function strategiesOf(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  ground: RuleGround,
): MaskingStrategy[] {
  return f.traits.masking.strategies.filter(
    (strategy) =>
      (strategy !== 'encrypt' || refusalToEncrypt(descriptor, f, ground) === undefined) &&
      // Tokens belong to records, and lines are none.
      (strategy !== 'tokenize' || (hasKeys(ground.registry.ring) && !f.line)),
  );
}

const NO_KEYS = 'no keys are configured (PELLUCID_FIELD_KEYS)';
const hasKeys = (ring: FieldKeyRing) => ring.activeKeyId !== undefined;

/** Returns why the values of a text field cannot be encrypted; undefined when they can. */
export function refusalToEncrypt(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  { registry, snapshot }: RuleGround,
): string | undefined {
  const plural = descriptor.pluralLabel.toLowerCase();
  if (!descriptor.listed) return `Pellucid itself reads ${plural}`;
  if (!f.storage.columns.length) return 'its values are stored outside the record, where others look them up';
  if (descriptor.nameFields.includes(f.key))
    return `it's part of the name of ${plural}, which appears wherever they are linked`;
  if (descriptor.uniques.some((u) => u.field === f.key)) return 'its values must be unique';
  if (descriptor.defaultSort.replace(/^-/, '') === f.key) return `lists of ${plural} are sorted by it`;
  const [reader] = computedReadersOf(registry, snapshot, descriptor.key, f.key);
  if (reader) return `the computed field "${reader.label}" reads it`;
  if (!hasKeys(registry.ring)) return NO_KEYS;
  const role = roleSearchingIn(descriptor, f, snapshot);
  if (role) return `the role "${role}" has a condition on it that is more than equality`;
  return undefined;
}

/** Returns the name of a role with a condition that compares parts of the field's values. */
function roleSearchingIn(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
  snapshot: TenantSnapshot,
): string | undefined {
  const resolver = {
    field: ([key]: string[]) => (key === f.key ? { ...infoOf(f), encrypted: true } : undefined),
  };
  return [...snapshot.roles.values()].find((role) =>
    role.permissions.some(
      ({ object, condition }) =>
        condition &&
        (object === '*' || object === descriptor.key) &&
        checkCondition(condition, resolver).some((p) => p.code === 'operator_not_allowed'),
    ),
  )?.name;
}
