import { isDeepStrictEqual } from 'node:util';
import { checkCondition } from '@pellucid/conditions';
import {
  type FieldPermission,
  OBJECT_ACTIONS,
  type Permission,
  SYSTEM_PERMISSIONS,
} from '@pellucid/platform/access';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import {
  type FieldDescriptor,
  FieldValueError,
  ownFields,
  partOf,
  type RecordDescriptor,
} from '@pellucid/platform/records';
import type { RoleInput } from './role.types.js';

/** Returns the actions that a role can name for an object. */
export function actionsOf(object: RecordDescriptor): string[] {
  return [...new Set([...OBJECT_ACTIONS, ...object.verbs.map((verb) => verb.key)])];
}

/**
 * Returns the problems with a role's rights, each with a pointer into the body.
 * @param objects every object as the company sees it
 */
export function roleProblems(input: RoleInput, objects: Map<string, RecordDescriptor>): FieldProblem[] {
  return [
    ...(input.permissions ?? []).flatMap((permission, index) =>
      permissionProblems(permission, pointer('permissions', index), objects),
    ),
    ...(input.system ?? []).flatMap((right, index) => systemProblems(right, pointer('system', index))),
    ...(input.fields ?? []).flatMap((entry, index, all) =>
      fieldProblems(entry, pointer('fields', index), objects, all.slice(0, index)),
    ),
  ];
}

/** Returns the same rights without duplicates. */
export function withoutRepetitions<T extends RoleInput>(input: T): T {
  const once = <Item>(items: Item[]) =>
    items.filter((item, index) => items.findIndex((other) => isDeepStrictEqual(other, item)) === index);
  return {
    ...input,
    ...(input.permissions && { permissions: once(input.permissions) }),
    ...(input.system && { system: once(input.system) }),
  };
}

function permissionProblems(
  { object: key, action, condition, preset }: Permission,
  at: string,
  objects: Map<string, RecordDescriptor>,
): FieldProblem[] {
  const object = objects.get(key);
  if (key !== '*' && !object) return [unknownObject(`${at}/object`, key, objects)];
  const problems: FieldProblem[] = [];
  const actions = object ? actionsOf(object) : [...new Set([...objects.values()].flatMap(actionsOf))];
  if (action !== '*' && !actions.includes(action))
    problems.push({
      pointer: `${at}/action`,
      code: 'unknownAction',
      message: `There is no action "${action}"${object ? ` of ${object.pluralLabel.toLowerCase()}` : ''}. Use one of ${actions.join(', ')}, or "*".`,
    });
  if (condition !== undefined) {
    if (!object) problems.push(needsObject(`${at}/condition`, 'A condition uses the fields of one object'));
    else
      problems.push(
        ...checkCondition(condition, ownFields(object)).map((problem) => ({
          ...problem,
          pointer: `${at}/condition${problem.pointer}`,
        })),
      );
  }
  if (preset !== undefined) {
    if (!object) problems.push(needsObject(`${at}/preset`, 'A preset sets fields of one object'));
    else if (action !== 'create' && action !== '*')
      problems.push({
        pointer: `${at}/preset`,
        code: 'presetNotCreate',
        message: 'Presets apply to new records. Use them with the action "create" only.',
      });
    else problems.push(...presetProblems(preset, object, `${at}/preset`));
  }
  return problems;
}

function presetProblems(
  preset: Record<string, unknown>,
  object: RecordDescriptor,
  at: string,
): FieldProblem[] {
  return Object.entries(preset).flatMap(([key, value]): FieldProblem[] => {
    const place = at + pointer(key);
    const field = object.byKey.get(key);
    if (!field) return [unknownField(place, key, object)];
    if (field.readOnly)
      return [
        {
          pointer: place,
          code: 'readOnlyField',
          message: `"${field.label}" is set by Pellucid. Leave it out.`,
        },
      ];
    const wrong = value === null ? noValue(field) : valueProblem(field, value);
    return wrong ? [{ pointer: place, ...wrong }] : [];
  });
}

const noValue = (field: FieldDescriptor) => ({
  code: 'required',
  message: `A preset for "${field.label}" needs a value. Leave the field out if you don't want a preset.`,
});

function valueProblem(field: FieldDescriptor, value: unknown): { code: string; message: string } | undefined {
  try {
    field.traits.codec.parse(value, field);
    return undefined;
  } catch (error) {
    if (!(error instanceof FieldValueError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function systemProblems(right: string, at: string): FieldProblem[] {
  if (right === '*' || (SYSTEM_PERMISSIONS as readonly string[]).includes(right)) return [];
  return [
    {
      pointer: at,
      code: 'unknownRight',
      message: `There is no company right "${right}". Use one of ${SYSTEM_PERMISSIONS.join(', ')}, or "*".`,
    },
  ];
}

function fieldProblems(
  { object: key, field }: FieldPermission,
  at: string,
  objects: Map<string, RecordDescriptor>,
  before: FieldPermission[],
): FieldProblem[] {
  const object = objects.get(key);
  if (!object) return [unknownObject(`${at}/object`, key, objects)];
  if (field !== '*' && !partOf(object, field)) return [unknownField(`${at}/field`, field, object)];
  if (!before.some((other) => other.object === key && other.field === field)) return [];
  return [
    {
      pointer: `${at}/field`,
      code: 'givenTwice',
      message: `"${field}" of ${object.pluralLabel.toLowerCase()} is listed twice. Remove one.`,
    },
  ];
}

const unknownObject = (at: string, key: string, objects: Map<string, RecordDescriptor>): FieldProblem => ({
  pointer: at,
  code: 'unknownObject',
  message: `There is no object "${key}". Use one of ${[...objects.keys()].join(', ')}.`,
});

const unknownField = (at: string, key: string, object: RecordDescriptor): FieldProblem => ({
  pointer: at,
  code: 'unknownField',
  message: `"${key}" isn't a field of ${object.pluralLabel.toLowerCase()}. Remove it or correct its name.`,
});

const needsObject = (at: string, why: string): FieldProblem => ({
  pointer: at,
  code: 'objectNeeded',
  message: `${why}. Name the object instead of "*".`,
});
