/** What the definition of an object must fulfil, with the other objects of the company given. */
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import { fieldsOfTemplate, type RecordDescriptor } from '@pellucid/platform/records';
import type { ObjectContent } from './definition.types.js';
import { NAME } from './definition-form.rules.js';

/** Longest name of an object. */
export const MAX_NAME = 50;

const NAME_FORM = /^[a-z][A-Za-z0-9]*$/;
const PLURAL_FORM = /^[a-z][A-Za-z0-9-]*$/;

/** What a definition is checked against. */
export interface DefinitionGround {
  /** Keys and paths that the product uses: of its objects and of its routes. */
  reserved: ReadonlySet<string>;
  /** The names and paths of the company's other objects, deleted ones included. */
  taken: { name: string; plural: string | null }[];
  /** The object as it is described now, with its fields; undefined for a new one. */
  described?: RecordDescriptor | undefined;
}

/** Whether every JavaScript object has a member of this name, so that code could mistake it for a value. */
const isInherited = (name: string) => name in Object.prototype || name === 'prototype';

/** Returns a name for an object that is called by a word of the product: "ourCustomFields" for "custom-fields". */
const freeWord = (word: string) =>
  `our${word
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')}`.slice(0, MAX_NAME);

/** Returns everything that is wrong with a definition, each with a pointer into the body. */
export function definitionProblems(content: ObjectContent, ground: DefinitionGround): FieldProblem[] {
  return [
    ...(ground.described ? [] : wordProblems('name', content.name, NAME_FORM, ground)),
    ...wordProblems('plural', content.plural, PLURAL_FORM, ground),
    ...namingProblems(content, ground),
    ...stageProblems(content, ground),
  ];
}

function wordProblems(
  key: 'name' | 'plural',
  word: string,
  form: RegExp,
  { reserved, taken }: DefinitionGround,
): FieldProblem[] {
  const refuse = (code: string, message: string) => [{ pointer: pointer(key), code, message }];
  if (isInherited(word) || reserved.has(word.toLowerCase()))
    return refuse(
      'reservedName',
      `"${word}" is a word that Pellucid itself uses. Choose another one, like "${freeWord(word)}".`,
    );
  if (word.length > MAX_NAME || !form.test(word))
    return refuse(
      'invalidName',
      key === 'name'
        ? `A name starts with a small letter and has up to ${MAX_NAME} letters and digits, like "vehicle".`
        : `A plural starts with a small letter and has up to ${MAX_NAME} letters, digits and hyphens, like "vehicles".`,
    );
  const isSame = (other: string | null) => other?.toLowerCase() === word.toLowerCase();
  if (taken.some(({ name, plural }) => isSame(name) || isSame(plural)))
    return refuse(
      'nameTaken',
      `An object of your company, perhaps a deleted one, is called "${word}". Choose another name.`,
    );
  return [];
}

function namingProblems(
  { nameField, nameTemplate }: ObjectContent,
  { described }: DefinitionGround,
): FieldProblem[] {
  if (nameField && nameTemplate)
    return [
      {
        pointer: '/nameTemplate',
        code: 'namedTwice',
        message: 'Names come from one field or from a template. Send "nameField" or "nameTemplate".',
      },
    ];
  const at = nameTemplate ? '/nameTemplate' : '/nameField';
  const keys = nameTemplate ? fieldsOfTemplate(nameTemplate) : nameField ? [nameField] : [NAME];
  if (!keys.length)
    return [
      {
        pointer: at,
        code: 'noField',
        message: 'The template mentions no field. Write fields in braces: "{custom.make} {custom.model}".',
      },
    ];
  return keys.flatMap((key) => {
    if (key === NAME && !nameTemplate) return [];
    const f = described?.byKey.get(key);
    if (f?.storage.columns.length && key !== NAME) return [];
    return [
      {
        pointer: at,
        code: 'unknownField',
        message: `"${key}" isn't a field of this object that can name records. Add the field first, then choose it by its key, like "custom.plate".`,
      },
    ];
  });
}

/** Whether records have the field that names them, instead of names that are made of other fields. */
const hasName = ({ nameField, nameTemplate }: ObjectContent) =>
  !nameTemplate && (!nameField || nameField === NAME);

function stageProblems(content: ObjectContent, { described }: DefinitionGround): FieldProblem[] {
  const { stages } = content;
  if (!stages) return [];
  const f = described?.byKey.get(stages.field);
  if (!f?.options || f.traits.isList)
    return [
      {
        pointer: '/stages/field',
        code: 'unknownField',
        message: `"${stages.field}" isn't a select field of this object. Add the field first.`,
      },
    ];
  const known = new Set(f.options.map(({ value }) => value));
  const strange = (at: string[], values: string[]) =>
    values
      .filter((value) => !known.has(value))
      .map((value) => ({
        pointer: pointer('stages', ...at),
        code: 'unknownOption',
        message: `"${value}" isn't an option of "${f.label}". Choose one of: ${[...known].slice(0, 12).join(', ')}.`,
      }));
  const { moves = {}, requires = {} } = stages;
  return [
    ...strange(['moves'], [...Object.keys(moves), ...Object.values(moves).flat()]),
    ...strange(['requires'], Object.keys(requires)),
    ...Object.values(requires)
      .flat()
      .filter((key) => !(key === NAME ? hasName(content) : described!.byKey.has(key)))
      .map((key) => ({
        pointer: pointer('stages', 'requires'),
        code: 'unknownField',
        message: `Records have no field "${key}", so a stage can't require it. Remove it or correct its key.`,
      })),
  ];
}
