import { splitPath } from '@pellucid/conditions';
import type { Derivation, FieldDescriptor, RecordDescriptor } from './descriptor.js';
import { allFieldsOf, fieldOf, type LineCollection, partOf } from './owned-lines.js';
import type { RecordRegistry } from './registry.js';

/**
 * Returns the record's own fields that a value is made of, those of its lines too; for a path, the reference that it
 * starts with.
 */
export function ownSourcesOf({ from, lines = [] }: Derivation): string[] {
  return [...new Set([...from.map((source) => splitPath(source)[0]!), ...lines])];
}

/** Whether it depends on the record if the value is derived, or if its sources are in reach. */
export function isDerivedByRecord({ derivedFrom }: FieldDescriptor | LineCollection): boolean {
  return (
    derivedFrom !== undefined &&
    (derivedFrom.where !== undefined ||
      derivedFrom.counts !== undefined ||
      derivedFrom.from.some((source) => splitPath(source).length > 1))
  );
}

const reaches = new WeakMap<RecordDescriptor, Map<string, ReadonlySet<string>>>();

/**
 * Returns everything of the record that a field or lines are made of: their sources, the sources of those, and so on. Fields
 * of lines are also made of the lines. Descriptions may go in circles: a price tells an amount, and the amount tells the
 * price.
 * @param which `always`: what they are made of in every record; `whereDerived`: also what they, and their sources, are made
 *   of only in records in which they are derived
 * @returns keys, without that of the field itself
 */
export function sourcesBehind(
  descriptor: RecordDescriptor,
  key: string,
  which: 'always' | 'whereDerived',
): ReadonlySet<string> {
  let known = reaches.get(descriptor);
  if (!known) {
    known = new Map();
    reaches.set(descriptor, known);
  }
  const name = `${which}/${key}`;
  const found = known.get(name);
  if (found) return found;
  const seen = new Set([key]);
  for (const each of seen) {
    const part = partOf(descriptor, each);
    if (!part) continue;
    if ('line' in part && part.line) seen.add(part.line.collection);
    const { derivedFrom } = part;
    if (derivedFrom && (derivedFrom.where === undefined || which === 'whereDerived'))
      for (const source of ownSourcesOf(derivedFrom)) seen.add(source);
  }
  seen.delete(key);
  known.set(name, seen);
  return seen;
}

const behind = new WeakMap<RecordDescriptor, Map<string, readonly FieldDescriptor[]>>();
const NONE: readonly FieldDescriptor[] = [];

/**
 * Returns the fields because of which it depends on the record if a field is shown: itself and those that it is made of, as
 * far as they are derived only in some records, or made of other records. Empty for fields of lines, which are shown alike in
 * all records.
 */
export function derivedByRecordBehind(
  descriptor: RecordDescriptor,
  f: FieldDescriptor,
): readonly FieldDescriptor[] {
  if (!f.derivedFrom || f.line) return NONE;
  let known = behind.get(descriptor);
  if (!known) {
    known = new Map();
    behind.set(descriptor, known);
  }
  const found = known.get(f.key) ?? byRecordBehind(descriptor, f);
  known.set(f.key, found);
  return found;
}

function byRecordBehind(descriptor: RecordDescriptor, f: FieldDescriptor): readonly FieldDescriptor[] {
  return [f.key, ...sourcesBehind(descriptor, f.key, 'always')].flatMap((key) => {
    const source = descriptor.byKey.get(key);
    return source && isDerivedByRecord(source) ? [source] : [];
  });
}

/**
 * Checks the descriptions of derived values.
 * @throws Error for a source that is not a field, or a marker that is not a stored boolean
 */
export function checkDerivations(registry: RecordRegistry): void {
  for (const descriptor of registry.product())
    for (const f of [...allFieldsOf(descriptor), ...descriptor.lines]) {
      if (!f.derivedFrom) continue;
      const refuse = (source: string, why: string) => {
        throw new Error(`${descriptor.key}: "${f.key}" is derived from "${source}", which ${why}`);
      };
      const { where, from, lines = [] } = f.derivedFrom;
      const mark = where === undefined ? undefined : descriptor.byKey.get(where);
      if (where !== undefined && (mark?.traits.family !== 'boolean' || !mark.storage.columns.length))
        throw new Error(
          `${descriptor.key}: "${f.key}" is derived where "${where}", which is no stored boolean field`,
        );
      for (const source of lines)
        if (!fieldOf(descriptor, source)?.line) refuse(source, 'is no field of lines');
      for (const source of from) {
        const [own, far, ...rest] = splitPath(source);
        const reference = descriptor.byKey.get(own!);
        if (!reference) refuse(source, 'is no field');
        if (own === f.key) refuse(source, 'is the field itself');
        if (rest.length) refuse(source, 'leads further than one reference');
        if (
          far !== undefined &&
          (reference!.traits.family !== 'reference' ||
            !registry.productObject(reference!.references!).byKey.has(far))
        )
          refuse(source, 'leads to no field');
      }
    }
}
