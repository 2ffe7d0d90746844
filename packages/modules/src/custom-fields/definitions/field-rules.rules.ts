/** Checks of rules that depend on other fields of a record. */
import { checkCondition, CUSTOM_PREFIX, fieldsOf } from '@pellucid/conditions';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import {
  type FieldDescriptor,
  LEGAL_ENTITY,
  ownFields,
  type RecordDescriptor,
} from '@pellucid/platform/records';
import type { DefinitionGround } from './definition-checks.rules.js';
import type { FieldContent } from './definition.types.js';

/** Most legal entities that a field differs for. */
const MAX_OVERRIDES = 200;

/** Returns what is wrong with the conditions, dependent options and overrides of a definition. */
export function ruleProblems(
  content: FieldContent,
  object: RecordDescriptor,
  ground: DefinitionGround,
): FieldProblem[] {
  return [
    ...conditionProblems(content, 'requiredIf', object),
    ...conditionProblems(content, 'visibleIf', object),
    ...dependencyProblems(content, object),
    ...overrideProblems(content, object, ground),
  ];
}

function conditionProblems(
  content: FieldContent,
  setting: 'requiredIf' | 'visibleIf',
  object: RecordDescriptor,
): FieldProblem[] {
  const condition = content[setting];
  if (!condition) return [];
  if (fieldsOf(condition).some((path) => path[0] === CUSTOM_PREFIX + content.name))
    return [
      {
        pointer: pointer(setting),
        code: 'asksItself',
        message: 'The condition asks the field itself. Use other fields of the record.',
      },
    ];
  return checkCondition(condition, ownFields(object)).map((problem) => ({
    ...problem,
    pointer: pointer(setting) + problem.pointer,
  }));
}

function dependencyProblems(
  { dependsOn, options, name }: FieldContent,
  object: RecordDescriptor,
): FieldProblem[] {
  if (!dependsOn) {
    const i = (options ?? []).findIndex((o) => o.for);
    const message = 'Name the field that the options depend on in "dependsOn".';
    return i < 0 ? [] : [{ pointer: pointer('options', i, 'for'), code: 'dependsOnMissing', message }];
  }
  const refuse = (code: string, message: string): FieldProblem[] => [
    { pointer: '/dependsOn', code, message },
  ];
  const decider = object.byKey.get(dependsOn);
  const own = CUSTOM_PREFIX + name;
  if (!decider?.options || decider.references || dependsOn === own)
    return refuse(
      'notAChoice',
      `Options can depend on another field with options, and "${dependsOn.slice(0, 80)}" is none.`,
    );
  if (dependsInCircle(decider, own, object))
    return refuse(
      'dependsInCircle',
      `The options of "${decider.label}" depend on this field already. Remove that first.`,
    );
  const known = new Set(decider.options.map(({ value }) => value));
  return (options ?? []).flatMap((option, i) =>
    notOptions(option.for ?? [], known, pointer('options', i, 'for'), `an option of "${decider.label}"`),
  );
}

function dependsInCircle(from: FieldDescriptor, key: string, { byKey }: RecordDescriptor): boolean {
  const seen = new Set<FieldDescriptor>();
  for (let f: FieldDescriptor | undefined = from; f && !seen.has(f); ) {
    if (f.key === key) return true;
    seen.add(f);
    f = f.dependsOn ? byKey.get(f.dependsOn) : undefined;
  }
  return false;
}

function overrideProblems(
  { entityOverrides, options }: FieldContent,
  object: RecordDescriptor,
  { entities }: DefinitionGround,
): FieldProblem[] {
  if (!entityOverrides) return [];
  const refuse = (at: string, code: string, message: string): FieldProblem[] => [
    { pointer: at, code, message },
  ];
  const ids = Object.keys(entityOverrides);
  if (!object.byKey.has(LEGAL_ENTITY))
    return refuse(
      '/entityOverrides',
      'noLegalEntity',
      'Records of this object belong to no legal entity, so nothing can differ.',
    );
  if (ids.length > MAX_OVERRIDES)
    return refuse(
      '/entityOverrides',
      'tooMany',
      `A field can differ for at most ${MAX_OVERRIDES} legal entities.`,
    );
  const known = new Set((options ?? []).map(({ value }) => value));
  return ids.flatMap((id) =>
    entities.has(id)
      ? notOptions(
          entityOverrides[id]!.options ?? [],
          known,
          pointer('entityOverrides', id, 'options'),
          'an option of this field',
        )
      : refuse(
          pointer('entityOverrides', id),
          'unknownLegalEntity',
          "This legal entity doesn't exist. Choose one from GET /legal-entities.",
        ),
  );
}

/** Refuses each value that is no option. */
function notOptions(values: string[], known: Set<string>, at: string, what: string): FieldProblem[] {
  return values.flatMap((value, i): FieldProblem[] =>
    known.has(value)
      ? []
      : [{ pointer: `${at}/${i}`, code: 'notAnOption', message: `"${value}" isn't ${what}.` }],
  );
}
