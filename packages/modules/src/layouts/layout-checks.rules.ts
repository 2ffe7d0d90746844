/** What a layout may contain, given the object that it lays out. */
import { checkCondition } from '@pellucid/conditions';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import { ownFields, type RecordDescriptor } from '@pellucid/platform/records';
import type { LayoutKind, LayoutPiece, LayoutSection, LayoutWish } from './layouts.schema.js';

/** Fields that every record has without being described. Rights to single fields don't apply to them. */
export const SYSTEM_FIELDS: ReadonlySet<string> = new Set([
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
]);

/** Most fields of a card. */
const CARD_FIELDS = 8;

/** Kinds that can contain panels of features. */
const WITH_PANELS: ReadonlySet<LayoutKind> = new Set(['detail', 'peek']);

/** Returns what is wrong with a layout, each with a pointer into the body. @param roles ids of the company's roles */
export function layoutProblems(
  kind: LayoutKind,
  { roles, recordType, content }: LayoutWish,
  object: RecordDescriptor,
  known: ReadonlySet<string>,
): FieldProblem[] {
  const seen = new Set<string>();
  const { sections, tabs } = content;
  return [
    ...roles.flatMap((id, i): FieldProblem[] =>
      known.has(id)
        ? []
        : [
            {
              pointer: pointer('roles', i),
              code: 'unknownRole',
              message: "This role doesn't exist. Choose one from GET /roles.",
            },
          ],
    ),
    ...(recordType ? recordTypeProblems(recordType, object) : []),
    ...shapeProblems(kind, content),
    ...sections.flatMap((section, i) =>
      sectionProblems(kind, section, pointer('content', 'sections', i), object, seen),
    ),
    ...tabs.flatMap((tab, t) => [
      ...repeated(`tab ${tab.key}`, pointer('content', 'tabs', t, 'key'), seen),
      ...tab.sections.flatMap((section, i) =>
        sectionProblems(kind, section, pointer('content', 'tabs', t, 'sections', i), object, seen),
      ),
    ]),
  ];
}

function recordTypeProblems(
  { field, value }: NonNullable<LayoutWish['recordType']>,
  object: RecordDescriptor,
): FieldProblem[] {
  const f = object.byKey.get(field);
  if (!f?.options || f.traits.isList)
    return [
      {
        pointer: '/recordType/field',
        code: 'noRecordType',
        message: `"${field}" isn't a select field of ${object.pluralLabel.toLowerCase()}. Choose one whose options are the record types.`,
      },
    ];
  if (f.options.some((option) => option.value === value)) return [];
  return [
    {
      pointer: '/recordType/value',
      code: 'unknownOption',
      message: `"${value}" isn't an option of ${f.label}. Choose one of: ${f.options.map((o) => o.label).join(', ')}.`,
    },
  ];
}

function shapeProblems(kind: LayoutKind, { sections, tabs }: LayoutWish['content']): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (kind !== 'detail' && tabs.length)
    problems.push({
      pointer: '/content/tabs',
      code: 'noTabs',
      message: 'Only detail pages have tabs. Use sections instead.',
    });
  if (kind !== 'card') return problems;
  const [only] = sections;
  if (sections.length !== 1 || only!.when || only!.columns !== 1 || only!.collapsed)
    problems.push({
      pointer: '/content/sections',
      code: 'oneSection',
      message: 'A card has one section without columns and conditions. Put its fields into that section.',
    });
  else if (only!.pieces.length > CARD_FIELDS)
    problems.push({
      pointer: '/content/sections/0/pieces',
      code: 'tooManyFields',
      message: `A card shows at most ${CARD_FIELDS} fields. Remove some.`,
    });
  return problems;
}

function sectionProblems(
  kind: LayoutKind,
  { when, pieces }: LayoutSection,
  at: string,
  object: RecordDescriptor,
  seen: Set<string>,
): FieldProblem[] {
  return [
    ...(when
      ? checkCondition(when, ownFields(object)).map((problem) => ({
          ...problem,
          pointer: `${at}/when${problem.pointer}`,
        }))
      : []),
    ...pieces.flatMap((piece, i) => pieceProblems(kind, piece, at + pointer('pieces', i), object, seen)),
  ];
}

function pieceProblems(
  kind: LayoutKind,
  piece: LayoutPiece,
  at: string,
  object: RecordDescriptor,
  seen: Set<string>,
): FieldProblem[] {
  if ('panel' in piece) {
    if (!WITH_PANELS.has(kind))
      return [
        {
          pointer: at,
          code: 'noPanels',
          message: 'Panels can be placed on detail pages and in the peek. Remove this one.',
        },
      ];
    return repeated(`panel ${piece.panel}`, at, seen);
  }
  const { field } = piece;
  if (!object.byKey.has(field) && !SYSTEM_FIELDS.has(field))
    return [
      {
        pointer: at,
        code: 'unknownField',
        message: `"${field}" isn't a field of ${object.pluralLabel.toLowerCase()}. Remove it or correct its name.`,
      },
    ];
  return repeated(`field ${field}`, at, seen);
}

/** A thing can be in one place of a layout only. */
function repeated(thing: string, at: string, seen: Set<string>): FieldProblem[] {
  if (!seen.has(thing)) {
    seen.add(thing);
    return [];
  }
  return [
    {
      pointer: at,
      code: 'givenTwice',
      message: `The ${thing.replace(' ', ' "')}" is placed twice. Keep one of them.`,
    },
  ];
}
