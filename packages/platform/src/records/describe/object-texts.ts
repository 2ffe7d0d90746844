import { contextOrUndefined } from '../../context/index.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';
import { allFieldsOf, withFields } from './owned-lines.js';

/** Supported languages. English texts are part of the descriptions themselves. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The texts of an object in one language. Keys and values stay the same; only what people read differs. */
export interface ObjectTexts {
  label: string;
  pluralLabel: string;
  /** Labels by the key of fields, of lines, and of fields of lines. */
  fields: Record<string, string>;
  help?: Record<string, string>;
  /** Labels of options by field key and value. A company's own options keep the labels that it gave them. */
  options?: Record<string, Record<string, string>>;
  /** Labels of verbs by key. */
  verbs?: Record<string, string>;
  /** Titles of sections by their English title. */
  sections?: Record<string, string>;
  /** The refusal to change a frozen record. */
  frozen?: string;
  /** What the object says about a value that another record has already, by field key. */
  uniques?: Record<string, string>;
}

/** Texts of the fields that every object has. */
export const SHARED_TEXTS_DE = {
  fields: { owner: 'Zuständig', legalEntity: 'Gesellschaft', tags: 'Tags', externalId: 'Externe ID' },
  help: { externalId: 'Der Name dieses Datensatzes in einem anderen System.' },
  sections: { Ownership: 'Zuständigkeit' },
} satisfies Partial<ObjectTexts>;

/** Returns the object's texts, including those of the fields that every object has. */
function textsOf(descriptor: RecordDescriptor, language: Language): ObjectTexts | undefined {
  const own = language === 'de' ? descriptor.texts?.de : undefined;
  return (
    own && {
      ...own,
      fields: { ...SHARED_TEXTS_DE.fields, ...own.fields },
      help: { ...SHARED_TEXTS_DE.help, ...own.help },
      sections: { ...SHARED_TEXTS_DE.sections, ...own.sections },
    }
  );
}

/** Returns the language of the context; English for work of the product itself. */
export function contextLanguage(): Language {
  return contextOrUndefined()?.language ?? 'en';
}

/**
 * Returns the description in a language: labels, help, sections and options of fields, verbs, and its own refusals. The object's own name
 * stays English, since it is used in English sentences of the API; {@link objectNames} returns the name for pages.
 */
export function inLanguage(descriptor: RecordDescriptor, language: Language): RecordDescriptor {
  const texts = textsOf(descriptor, language);
  if (!texts) return descriptor;
  const translated = withFields(descriptor, (f): FieldDescriptor => {
    const help = f.help && (texts.help?.[f.key] ?? f.help);
    const section = f.section && (texts.sections?.[f.section] ?? f.section);
    const options = f.options?.map((option) => ({
      ...option,
      label: texts.options?.[f.key]?.[option.value] ?? option.label,
    }));
    return {
      ...f,
      label: texts.fields[f.key] ?? f.label,
      ...(help && { help }),
      ...(section && { section }),
      ...(options && { options }),
    };
  });
  return {
    ...translated,
    lines: translated.lines.map((l) => ({ ...l, label: texts.fields[l.key] ?? l.label })),
    verbs: descriptor.verbs.map((verb) => ({ ...verb, label: texts.verbs?.[verb.key] ?? verb.label })),
    uniques: descriptor.uniques.map((rule) => ({
      ...rule,
      message: texts.uniques?.[rule.field] ?? rule.message,
    })),
    ...(descriptor.frozen && {
      frozen: { ...descriptor.frozen, message: texts.frozen ?? descriptor.frozen.message },
    }),
  };
}

/** Returns the object's names for pages, in the language of the context. */
export function objectNames(descriptor: RecordDescriptor): { label: string; pluralLabel: string } {
  const { label, pluralLabel } = textsOf(descriptor, contextLanguage()) ?? descriptor;
  return { label, pluralLabel };
}

/** Values such as currency codes, which are the same in every language. */
const isName = (value: string) => /^[A-Z]{3}$/.test(value);

/** Lists what a description lacks in a language, one line each, and texts for things that do not exist. */
export function missingTexts(descriptor: RecordDescriptor, language: Exclude<Language, 'en'>): string[] {
  const texts = textsOf(descriptor, language);
  if (!texts) return [`${descriptor.key}: no texts in "${language}"`];
  const lacks = (what: string, keys: Iterable<string>, given: Record<string, string> | undefined) =>
    [...new Set(keys)]
      .filter((key) => !given?.[key]?.trim())
      .map((key) => `${descriptor.key}: ${what} "${key}"`);
  const strays = (what: string, given: Record<string, unknown> | undefined, keys: Set<string>) =>
    Object.keys(given ?? {})
      .filter((key) => !keys.has(key))
      .map((key) => `${descriptor.key}: ${what} "${key}" is not in the description`);
  const own = descriptor.texts?.[language];
  const fields = allFieldsOf(descriptor);
  return [
    ...lacks('name', ['label', 'pluralLabel'], { label: texts.label, pluralLabel: texts.pluralLabel }),
    ...lacks(
      'field',
      [...fields, ...descriptor.lines].map((f) => f.key),
      texts.fields,
    ),
    ...lacks(
      'help of',
      fields.filter((f) => f.help).map((f) => f.key),
      texts.help,
    ),
    ...lacks(
      'section',
      fields.flatMap((f) => f.section ?? []),
      texts.sections,
    ),
    ...lacks(
      'verb',
      descriptor.verbs.map((verb) => verb.key),
      texts.verbs,
    ),
    ...fields.flatMap((f) =>
      lacks(
        `option of ${f.key}`,
        (f.options ?? []).map((option) => option.value).filter((value) => !isName(value)),
        texts.options?.[f.key],
      ),
    ),
    ...lacks(
      'refusal',
      descriptor.frozen ? [descriptor.frozen.code] : [],
      descriptor.frozen && texts.frozen ? { [descriptor.frozen.code]: texts.frozen } : {},
    ),
    ...lacks(
      'message about a taken',
      descriptor.uniques.map((rule) => rule.field),
      texts.uniques,
    ),
    ...strays('field', own?.fields, new Set([...fields, ...descriptor.lines].map((f) => f.key))),
    ...strays('help of', own?.help, new Set(fields.filter((f) => f.help).map((f) => f.key))),
    ...strays('verb', own?.verbs, new Set(descriptor.verbs.map((verb) => verb.key))),
    ...strays('message about a taken', own?.uniques, new Set(descriptor.uniques.map((rule) => rule.field))),
    ...strays('section', own?.sections, new Set(fields.flatMap((f) => f.section ?? []))),
    ...strays('options of', own?.options, new Set(fields.filter((f) => f.options).map((f) => f.key))),
  ];
}
