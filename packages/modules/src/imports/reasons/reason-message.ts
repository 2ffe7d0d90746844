import { collectionOf, contextLanguage, fieldOf, type RecordDescriptor } from '@pellucid/platform/records';
import { RECORD_ID, RECORD_ID_KEY } from '../mapping/import-targets.js';
import type { Reason, ReasonParam } from './reason.js';
import { type ReasonCode, REASON_TEXTS } from './reason-texts.js';

/** A reason as answers show it. */
export interface ShownReason {
  code: string;
  params: Readonly<Record<string, ReasonParam>>;
  /** In the language of the reader. */
  message: string;
}

/** Returns the reader's description of an object; undefined if there is none (any more). */
export type Described = (object: string) => RecordDescriptor | undefined;

/**
 * Returns a reason with its message, in the language of the context.
 * @param object that the import is for: its fields are named by their labels
 */
export function shownReason(
  { code, params, said }: Reason,
  object: string,
  described: Described,
): ShownReason {
  const language = contextLanguage();
  const text: string | undefined = REASON_TEXTS[language][code as ReasonCode];
  const own = described(object);
  const other = params['object'] === undefined ? own : described(String(params['object']));
  const lower = (label: string) => (language === 'de' ? label : label.toLowerCase());
  const fieldLabel = (key: string) =>
    key === RECORD_ID_KEY ? RECORD_ID.label : ((own && fieldOf(own, key)?.label) ?? key);
  const and = language === 'de' ? ' und ' : ' and ';
  const quoted = (label: string) => (language === 'de' ? `„${label}“` : `"${label}"`);
  const show = (name: string): string => {
    const value = params[name === 'objects' ? 'object' : name] ?? '';
    const key = String(value);
    switch (name) {
      case 'object':
        return other ? lower(other.label) : key;
      case 'objects':
        return other ? lower(other.pluralLabel) : key;
      case 'field':
        return fieldLabel(key);
      case 'fields':
        return [value]
          .flat()
          .map((each) => quoted(fieldLabel(String(each))))
          .join(and);
      case 'lines':
        return (own && collectionOf(own, key)?.label) ?? key;
      default:
        return [value].flat().join(', ');
    }
  };
  // English texts of the write itself say more than those of the catalogue.
  const isSaid = said !== undefined && (language === 'en' || text === undefined);
  const message = isSaid ? said : (text ?? code).replace(/\{(\w+)\}/g, (_, name: string) => show(name));
  const column = params['column'];
  return { code, params, message: column === undefined ? message : `${column}: ${message}` };
}

/** Returns the message of a reason that names no object and no field, in the language of the context. */
export const plainMessage = (reason: Reason): string => shownReason(reason, '', () => undefined).message;

/** Returns the messages of reasons as one text. */
export function joinedReasons(reasons: readonly Reason[], object: string, described: Described): string {
  return reasons.map((reason) => shownReason(reason, object, described).message).join(' ');
}
