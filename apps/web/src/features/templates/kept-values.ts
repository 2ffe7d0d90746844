import { dayAt, FIELD_TYPES, formatDay, parseDay } from '@pellucid/conditions';
import { fromZonedTime, toZonedTime } from '@/lib/format/zoned-time';
import { isSameValue, toWireValue } from '@/records/fields/wire-value';
import type { FieldDescription } from '@/records/object-description';

/** A day, or a time on it, that many days after the day on which the template is used. */
export interface RelativeDay {
  days: number;
  /** `HH:MM` in the user's zone. */
  time?: string;
}

/** What a form holds, by field key. */
export type FormValues = Record<string, unknown>;

const familyOf = ({ type }: FieldDescription) => FIELD_TYPES[type].family;
const today = (zone: string): number => dayAt(Date.now(), zone);

/** Whether templates keep values of the field: none that refer to single records. */
const isKept = (field: FieldDescription): boolean =>
  !['reference', 'link', 'links'].includes(familyOf(field));

/** A rich text without its mentions: a template speaks to nobody in particular. */
function withoutMentions(node: any): any {
  if (!Array.isArray(node?.content)) return node;
  return {
    ...node,
    content: node.content.filter(({ type }: any) => type !== 'mention').map(withoutMentions),
  };
}

/** In: a value as a form holds it. Out: what a template keeps of it. */
function keptValue(field: FieldDescription, value: unknown, zone: string): unknown {
  const wire = toWireValue(field, value);
  const family = familyOf(field);
  if (family === 'date' && typeof wire === 'string')
    return { days: Math.max(0, (parseDay(wire) ?? today(zone)) - today(zone)) };
  if (family === 'datetime' && typeof wire === 'string') {
    const [day, time] = toZonedTime(wire, zone).split(' ') as [string, string];
    return { days: Math.max(0, parseDay(day)! - today(zone)), time: time.slice(0, 5) };
  }
  return typeof wire === 'object' && !Array.isArray(wire) ? withoutMentions(wire) : wire;
}

/**
 * Returns what a template can keep of a form: of each filled field the value.
 * @param fields those that the user fills in
 */
export function keptValues(
  fields: FieldDescription[],
  values: FormValues,
  zone: string,
): Map<string, unknown> {
  const filled = fields.filter((field) => isKept(field) && !isSameValue(field, values[field.key], null));
  return new Map(filled.map((field) => [field.key, keptValue(field, values[field.key], zone)]));
}

/** Returns the values of a template as a form holds them, for those of the fields that it has values for. */
export function filledValues(fields: FieldDescription[], kept: FormValues, zone: string): FormValues {
  return Object.fromEntries(
    fields
      .filter(({ key }) => key in kept)
      .map((field) => [field.key, filledValue(field, kept[field.key], zone)]),
  );
}

function filledValue(field: FieldDescription, value: unknown, zone: string): unknown {
  const family = familyOf(field);
  if (family !== 'date' && family !== 'datetime') return value;
  const { days, time } = value as RelativeDay;
  const day = formatDay(today(zone) + days);
  return family === 'date' ? day : fromZonedTime(`${day} ${time}:00`, zone);
}
