/** One field of every type, and clocks in zones with and without daylight saving time, for the tests. */
import type { EvaluationClock, FieldInfo, FieldResolver } from '../src/index.js';

const OPTIONS = ['New', 'new', 'won', 'Größe', ''].map((value) => ({ value, label: value }));

export const FIELDS: Record<string, FieldInfo> = {
  name: { key: 'name', type: 'text' },
  notes: { key: 'notes', type: 'longText' },
  mail: { key: 'mail', type: 'email' },
  whole: { key: 'whole', type: 'number' },
  rate: { key: 'rate', type: 'number', scale: 3 },
  amount: { key: 'amount', type: 'money' },
  active: { key: 'active', type: 'boolean' },
  closed: { key: 'closed', type: 'date' },
  seen: { key: 'seen', type: 'datetime' },
  status: { key: 'status', type: 'select', options: OPTIONS },
  regions: { key: 'regions', type: 'multiSelect', options: OPTIONS },
  owner: { key: 'owner', type: 'reference', references: 'member' },
  parent: { key: 'parent', type: 'reference', references: 'probe' },
  labels: { key: 'labels', type: 'multiSelect' },
  about: { key: 'about', type: 'anyReference' },
  subjects: { key: 'subjects', type: 'links', options: OPTIONS.filter(({ value }) => value) },
  watchers: { key: 'watchers', type: 'reference', references: 'member' },
};

/** Key of the lines of a probe: the probes that have it as their parent. */
export const LINES = 'children';

/** `parent` leads to another probe, to any depth. */
export const resolver: FieldResolver = {
  field(path) {
    if (path.length > 3 || path.slice(0, -1).some((key) => key !== 'parent')) return undefined;
    const key = path.at(-1)!;
    return Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  },
  lines(lines) {
    if (lines !== LINES) return undefined;
    return {
      field: ([, key, ...rest]) =>
        !rest.length && key !== undefined && Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined,
    };
  },
};

export const clock: EvaluationClock = { now: new Date('2026-03-29T12:00:00Z'), zone: 'Europe/Berlin' };
