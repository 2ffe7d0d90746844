/** The field types, by name. A type is one file here, one on the server and one in the browser; see ADR 29. */
import { anyReference } from './any-reference.js';
import { boolean } from './boolean.js';
import { date } from './date.js';
import { datetime } from './datetime.js';
import { email } from './email.js';
import type { FieldTypeTraits } from './field-type-traits.js';
import { links } from './links.js';
import { longText } from './long-text.js';
import { money } from './money.js';
import { multiSelect } from './multi-select.js';
import { number } from './number.js';
import { percent } from './percent.js';
import { phone } from './phone.js';
import { reference } from './reference.js';
import { richText } from './rich-text.js';
import { select } from './select.js';
import { text } from './text.js';
import { url } from './url.js';

const TYPES = {
  text,
  longText,
  richText,
  number,
  money,
  percent,
  boolean,
  date,
  datetime,
  select,
  multiSelect,
  email,
  phone,
  url,
  reference,
  anyReference,
  links,
} satisfies Record<string, FieldTypeTraits>;

/** The name of a field type. */
export type FieldType = keyof typeof TYPES;

/** The traits of every field type. */
export const FIELD_TYPES: Readonly<Record<FieldType, FieldTypeTraits>> = TYPES;

/** The names of all field types. */
export const FIELD_TYPE_NAMES = /* @__PURE__ */ Object.keys(FIELD_TYPES) as FieldType[];

export { type FieldTypeTraits, isLink, isSet, type ValueFamily } from './field-type-traits.js';
