/** An object while it is edited, and what is sent to the API of it. Pure, so that tests need no browser. */
import type { CustomObject, CustomObjectChange, CustomObjectCreate } from '../api/custom-objects';

/** The field that every object has unless its names are composed. */
export const NAME = 'name';

export type SalesAccess = NonNullable<CustomObject['salesAccess']>;
export type ObjectColor = NonNullable<CustomObject['color']>;

export const OPERATIONS = ['create', 'update', 'delete'] as const;

export interface ObjectDraft {
  name: string;
  plural: string;
  label: string;
  pluralLabel: string;
  labels: Record<string, string>;
  pluralLabels: Record<string, string>;
  icon: NonNullable<CustomObject['icon']>;
  color: ObjectColor | undefined;
  /** Key of the field that names records; undefined if the template does. */
  nameField: string | undefined;
  nameTemplate: string;
  nameLabel: string;
  nameLabels: Record<string, string>;
  operations: Record<(typeof OPERATIONS)[number], boolean>;
  salesAccess: SalesAccess;
  /** Key of the select field that names stages; empty for none. */
  stageField: string;
  /** Stages that records may move on to, by stage: any where nothing is said, and none for an empty list. */
  moves: Record<string, string[]>;
  /** Keys of the fields that need a value, by stage. */
  requires: Record<string, string[]>;
}

/** A new object. */
export const emptyDraft = (): ObjectDraft => ({
  name: '',
  plural: '',
  label: '',
  pluralLabel: '',
  labels: {},
  pluralLabels: {},
  icon: 'cube',
  color: undefined,
  nameField: NAME,
  nameTemplate: '',
  nameLabel: '',
  nameLabels: {},
  operations: { create: true, update: true, delete: true },
  salesAccess: 'data',
  stageField: '',
  moves: {},
  requires: {},
});

/** In: an object. Out: the draft that shows it. */
export function draftOf(object: CustomObject): ObjectDraft {
  const empty = emptyDraft();
  const { name, plural, label, pluralLabel, stages } = object;
  return {
    name,
    plural,
    label,
    pluralLabel,
    labels: object.labels ?? {},
    pluralLabels: object.pluralLabels ?? {},
    icon: object.icon ?? empty.icon,
    color: object.color,
    nameField: object.nameTemplate === undefined ? (object.nameField ?? NAME) : undefined,
    nameTemplate: object.nameTemplate ?? '',
    nameLabel: object.nameLabel ?? '',
    nameLabels: object.nameLabels ?? {},
    operations: { ...empty.operations, ...object.operations },
    salesAccess: object.salesAccess ?? empty.salesAccess,
    stageField: stages?.field ?? '',
    moves: stages?.moves ?? {},
    requires: stages?.requires ?? {},
  };
}

const said = (text: string) => text.trim() || null;

/** Labels by language, without empty ones; null for none. */
function words(labels: Record<string, string>): Record<string, string> | null {
  const given = Object.entries(labels).flatMap(([language, text]) =>
    text.trim() ? [[language, text.trim()] as const] : [],
  );
  return given.length ? Object.fromEntries(given) : null;
}

function stagesOf({ stageField, moves, requires }: ObjectDraft): CustomObjectChange['stages'] {
  if (!stageField) return null;
  const needed = Object.fromEntries(Object.entries(requires).filter(([, keys]) => keys.length));
  return {
    field: stageField,
    ...(Object.keys(moves).length ? { moves } : {}),
    ...(Object.keys(needed).length ? { requires: needed } : {}),
  };
}

/** Everything that a draft says. The name and the path stay as they were made. */
function wishOf(draft: ObjectDraft) {
  const { operations, nameField } = draft;
  return {
    label: draft.label.trim(),
    pluralLabel: draft.pluralLabel.trim(),
    labels: words(draft.labels),
    pluralLabels: words(draft.pluralLabels),
    icon: draft.icon,
    color: draft.color ?? null,
    ...(nameField === undefined ? { nameTemplate: draft.nameTemplate.trim() } : { nameField }),
    nameLabel: said(draft.nameLabel),
    nameLabels: words(draft.nameLabels),
    operations: OPERATIONS.every((operation) => operations[operation]) ? null : operations,
    salesAccess: draft.salesAccess,
    stages: stagesOf(draft),
  } satisfies CustomObjectChange;
}

/** In: a draft, and the one that editing began with. Out: what is sent of the change; settings that stayed are left out. */
export function changeOf(draft: ObjectDraft, start: ObjectDraft): CustomObjectChange {
  const [next, before]: Record<string, unknown>[] = [wishOf(draft), wishOf(start)];
  return Object.fromEntries(
    Object.entries(next!).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before![key])),
  );
}

/** Out: the body of a new object; what says nothing is left out. */
export function creationOf(draft: ObjectDraft): CustomObjectCreate {
  const wish = Object.fromEntries(Object.entries(wishOf(draft)).filter(([, value]) => value !== null));
  return {
    ...wish,
    name: draft.name.trim(),
    plural: draft.plural.trim(),
    label: draft.label.trim(),
    pluralLabel: draft.pluralLabel.trim(),
  };
}
