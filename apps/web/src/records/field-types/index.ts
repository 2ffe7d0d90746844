import type { FieldType } from '@pellucid/conditions';
import { anyReference } from './any-reference';
import { boolean } from './boolean';
import { date } from './date';
import { datetime } from './datetime';
import { email } from './email';
import { links } from './links';
import { longText } from './long-text';
import { money } from './money';
import { multiSelect } from './multi-select';
import { number } from './number';
import { percent } from './percent';
import { phone } from './phone';
import { reference } from './reference';
import { richText } from './rich-text';
import { select } from './select';
import { text } from './text';
import { url } from './url';
import type { WebFieldType } from './web-field-type';

/** How the browser shows and asks for the values of every field type. What a type means: see `FIELD_TYPES`. */
export const WEB_FIELD_TYPES: Readonly<Record<FieldType, WebFieldType>> = {
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
