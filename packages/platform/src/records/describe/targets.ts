/** What fields refer to, whichever type they have: ids of one object's records, or keys of links to records of several. */
import { linkKey, linkOf, type RecordLink } from '@pellucid/conditions';
import type { FieldDescriptor } from './descriptor.js';

/** Whether the values of a field are references to records. */
export function refersToRecords(f: FieldDescriptor): boolean {
  return f.references !== undefined || f.linksTo !== undefined;
}

/** Returns the records that a value of a field refers to. @param value one or several, in API form */
export function targetsIn(f: FieldDescriptor, value: unknown): RecordLink[] {
  const given = [value ?? []].flat() as string[];
  if (f.references !== undefined) return given.map((id) => ({ object: f.references!, id }));
  return f.linksTo === undefined ? [] : given.map(linkOf);
}

/** Returns the value, or the element of a list, by which a field refers to a record. */
export function valueOfTarget(f: FieldDescriptor, target: RecordLink): string {
  return f.references === undefined ? linkKey(target) : target.id;
}
