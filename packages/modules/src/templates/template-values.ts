import {
  type FieldDescriptor,
  type FieldRules,
  parseFieldValue,
  type RecordDescriptor,
  refersToRecords,
} from '@pellucid/platform/records';
import { pointer, type FieldProblem } from '@pellucid/platform/errors';

/** Values by field key. Those of dates and times are {@link RelativeDay}. */
export type TemplateValues = Record<string, unknown>;

/** A day, or a time on it, that many days after the day on which the template is used. */
export interface RelativeDay {
  days: number;
  /** `HH:MM`, in the zone of whoever uses the template; of times only. */
  time?: string;
}

const MOST_DAYS = 3_660;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What somebody may do with the fields of an object: create records, and read them. */
export interface TemplateRights {
  create: FieldRules;
  read: FieldRules;
}

/**
 * Returns the fields that templates keep for somebody, by key: those that they fill in a new record and see in clear.
 * A template is the same for many records, so it keeps no references to single ones and no values that must be unique.
 * It is not encrypted, so it keeps no values of fields that are.
 */
export function templateFields(
  descriptor: RecordDescriptor,
  { create, read }: TemplateRights,
): Map<string, FieldDescriptor> {
  const unique = new Set(descriptor.uniques.map(({ field }) => field));
  const isKept = (f: FieldDescriptor) =>
    !f.readOnly &&
    !f.cipher &&
    !f.isUnique &&
    !refersToRecords(f) &&
    !unique.has(f.key) &&
    create.canWrite(f.key) &&
    read.read(f.key) === 'clear';
  return new Map(descriptor.fields.filter(isKept).map((f) => [f.key, f]));
}

/** Returns the value of a template as it is kept, or why it can't be. */
function parsed(
  f: FieldDescriptor,
  value: unknown,
): { value: unknown } | { problem: Omit<FieldProblem, 'pointer'> } {
  const { family } = f.traits;
  if (family !== 'date' && family !== 'datetime') return parseFieldValue(f, value);
  const { days, time, ...rest } = (value ?? {}) as Record<string, unknown>;
  const isDays = Number.isInteger(days) && Math.abs(days as number) <= MOST_DAYS;
  const isTime = family === 'date' ? time === undefined : typeof time === 'string' && TIME.test(time);
  if (isDays && isTime && Object.keys(rest).length === 0) return { value };
  const example = family === 'date' ? '{"days": 3}' : '{"days": 3, "time": "09:30"}';
  return {
    problem: {
      code: 'invalidRelativeDay',
      message: `Give "${f.label}" as a number of days after the template is used, such as ${example}, with at most ${MOST_DAYS} days.`,
      params: { max: MOST_DAYS },
    },
  };
}

/** Returns what keeps values from being kept, each with the place of the value in a request. */
export function valueProblems(fields: Map<string, FieldDescriptor>, values: TemplateValues): FieldProblem[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const at = pointer('values', key);
    const f = fields.get(key);
    if (!f)
      return [
        {
          pointer: at,
          code: 'unknownField',
          message: `A template of yours can't keep "${key.slice(0, 100)}". Leave it out.`,
        },
      ];
    const found = parsed(f, value);
    return 'problem' in found ? [{ ...found.problem, pointer: at }] : [];
  });
}

/** Returns the values that a template has for somebody; what its fields no longer accept is left out. */
export function usableValues(fields: Map<string, FieldDescriptor>, values: TemplateValues): TemplateValues {
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => {
      const f = fields.get(key);
      return f !== undefined && !('problem' in parsed(f, value));
    }),
  );
}
