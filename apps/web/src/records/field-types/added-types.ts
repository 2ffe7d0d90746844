import type { FieldType } from '@pellucid/conditions';
import {
  IconAlignLeft,
  IconAt,
  IconCalendar,
  IconClock,
  IconCoin,
  IconHash,
  IconLink,
  IconLinkPlus,
  IconList,
  IconListCheck,
  IconPercentage,
  IconPhone,
  IconSquareCheck,
  IconTextSize,
  IconWorld,
  type TablerIcon,
} from '@tabler/icons-react';

/** What a field of a type can say about its values, in the names of the API. */
export type ValueSetting =
  | 'options'
  | 'references'
  | 'linksTo'
  | 'maxLength'
  | 'pattern'
  | 'scale'
  | 'min'
  | 'max'
  | 'currency';

/** A type of fields that companies can add. */
export interface AddedType {
  icon: TablerIcon;
  settings: readonly ValueSetting[];
}

const type = (icon: TablerIcon, ...settings: ValueSetting[]): AddedType => ({ icon, settings });

/** Every field type, in the order in which they are offered; undefined for those that companies can't add. */
export const ADDED_TYPES: Readonly<Record<FieldType, AddedType | undefined>> = {
  text: type(IconTextSize, 'maxLength', 'pattern'),
  longText: type(IconAlignLeft, 'maxLength'),
  richText: undefined,
  number: type(IconHash, 'scale', 'min', 'max'),
  percent: type(IconPercentage, 'scale', 'min', 'max'),
  money: type(IconCoin, 'currency', 'min', 'max'),
  boolean: type(IconSquareCheck),
  date: type(IconCalendar),
  datetime: type(IconClock),
  select: type(IconList, 'options'),
  multiSelect: type(IconListCheck, 'options'),
  email: type(IconAt, 'pattern'),
  phone: type(IconPhone, 'pattern'),
  url: type(IconWorld, 'pattern'),
  reference: type(IconLink, 'references'),
  anyReference: type(IconLink, 'linksTo', 'options'),
  links: type(IconLinkPlus, 'linksTo', 'options'),
};

/** Icons of field types; a plain one for types that companies can't add. */
export function typeIcon(of: FieldType): TablerIcon {
  return ADDED_TYPES[of]?.icon ?? IconLink;
}
