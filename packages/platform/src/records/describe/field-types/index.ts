/** The field types on the server, by name: a file each. See ADR 29. */
import type { FieldType } from '@pellucid/conditions';
import { anyReference } from './any-reference.js';
import { boolean } from './boolean.js';
import { date } from './date.js';
import { datetime } from './datetime.js';
import { email } from './email.js';
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
import type { ServerFieldType } from './server-field-type.js';
import { text } from './text.js';
import { url } from './url.js';

/** What the server knows about every field type. */
export const SERVER_FIELD_TYPES: Readonly<Record<FieldType, ServerFieldType>> = {
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
};

export type { FieldCodec, ServerFieldType, ValueSetting } from './server-field-type.js';
