import type { Condition } from '@pellucid/conditions';

/** Icons that an object can have. The web app draws each of them. */
export const OBJECT_ICONS = [
  'bank',
  'building',
  'calendar',
  'checkbox',
  'cube',
  'file',
  'id',
  'mail',
  'package',
  'phone',
  'tag',
  'target',
  'timeline',
  'user',
  'userSearch',
  'users',
] as const;

/** The name of an icon. */
export type ObjectIcon = (typeof OBJECT_ICONS)[number];

/** Colours that an object can have. The web app has a shade of each for both schemes. */
export const OBJECT_COLORS = [
  'blue',
  'cyan',
  'gray',
  'grape',
  'green',
  'indigo',
  'orange',
  'pink',
  'red',
  'teal',
  'violet',
  'yellow',
] as const;

/** The name of a colour. */
export type ObjectColor = (typeof OBJECT_COLORS)[number];

/** How references to records are drawn: the name alone, after an avatar, or as a pill in the colour of the name. */
export const REFERENCE_MARKS = ['none', 'avatar', 'pill'] as const;

/** Which records pickers offer, by what the choice is for. What is left out has no limit. */
export interface OfferedRecords {
  /** For a new value of a reference. */
  present?: Condition;
  /** For sharing a record with somebody, who has to be able to log in. */
  logIn?: Condition;
}

/** How pages draw an object's records. Nothing but pages depends on it. */
export interface ObjectPresentation {
  icon: ObjectIcon;
  color?: ObjectColor;
  /** Place in the navigation, in menus and in `GET /objects`. Lower numbers come first. */
  order: number;
  /** Whether a record stands for a person: avatars are round. */
  isPerson: boolean;
  mark: (typeof REFERENCE_MARKS)[number];
  /** Keys of the fields below a record's name. */
  keyFacts: string[];
  /** Keys of fields that a step asks for when needed, such as why a deal was lost. Forms show them once they have a value. */
  askedBySteps: string[];
  /** Keys of the references that boards and totals group its records by. */
  groupedBy: string[];
  offered: OfferedRecords;
}

const DEFAULTS: ObjectPresentation = {
  icon: 'cube',
  order: 1000,
  isPerson: false,
  mark: 'none',
  keyFacts: ['owner'],
  askedBySteps: [],
  groupedBy: [],
  offered: {},
};

/**
 * Completes a presentation with the defaults.
 * @param hasField whether the object has the field
 * @throws Error naming a field that the object does not have
 */
export function presentationOf(
  object: string,
  given: Partial<ObjectPresentation> | undefined,
  hasField: (key: string) => boolean,
): ObjectPresentation {
  // Not every object has an owner.
  const facts = DEFAULTS.keyFacts.filter(hasField);
  const presentation = { ...DEFAULTS, keyFacts: facts, ...given };
  const { keyFacts, askedBySteps, groupedBy } = presentation;
  for (const key of [...keyFacts, ...askedBySteps, ...groupedBy])
    if (!hasField(key))
      throw new Error(`${object}: its presentation names "${key}", which is no field of it`);
  return presentation;
}
