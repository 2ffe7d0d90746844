/** What fields refer to, whichever type they have: ids of one object's records, or keys of links to records of several. */
import { linkKey, linkOf, readLinkKey, type RecordLink, targetKey } from '@pellucid/conditions';
import type { FieldDescriptor } from './descriptor.js';

/** Whether the values of a field are references to records. */
export function refersToRecords(f: FieldDescriptor): boolean {
  return f.references !== undefined || f.linksTo !== undefined;
}

/** Whether the links of a field may lead to all objects that people see as records of their own. */
export function linksToAny({ linksTo }: FieldDescriptor): boolean {
  return linksTo === 'any' || Boolean(linksTo?.includes('any'));
}

/** Returns the keys of the objects that the links of a field may lead to, as far as they are named one by one. */
export function namedTargets({ linksTo }: FieldDescriptor): string[] {
  return [linksTo ?? []].flat().filter((key) => key !== 'any');
}

/** Returns the records that a value of a field refers to, without roles. @param value one or several, in API form */
export function targetsIn(f: FieldDescriptor, value: unknown): RecordLink[] {
  const given = [value ?? []].flat() as string[];
  if (f.references !== undefined) return given.map((id) => ({ object: f.references!, id }));
  return f.linksTo === undefined ? [] : given.map((key) => linkOf(targetKey(key)));
}

/** Returns the value, or the element of a list, by which a field refers to a record. @param target perhaps with a role */
export function valueOfTarget(f: FieldDescriptor, target: RecordLink): string {
  return f.references === undefined ? linkKey(target) : target.id;
}

/** Returns what tells an element of a list from the others: of a link, the record that it leads to, whatever its role. */
export function identityOf(f: FieldDescriptor, element: unknown): unknown {
  return f.linksTo !== undefined && typeof element === 'string' ? targetKey(element) : element;
}

/**
 * Returns the elements of lists, each once. The earlier of two links to the same record stays, unless only the later has a
 * role.
 */
export function unitedElements(f: FieldDescriptor, elements: readonly unknown[]): unknown[] {
  const united = new Map<unknown, unknown>();
  for (const each of elements) {
    const identity = identityOf(f, each);
    if (!united.has(identity) || united.get(identity) === identity) united.set(identity, each);
  }
  return [...united.values()];
}

/** Returns the options that a value of a choice consists of, or that the roles of links are. @param value in API form, or links as requests give them */
export function optionsIn(f: FieldDescriptor, value: unknown): string[] {
  const given = [value ?? []].flat() as unknown[];
  return f.linksTo === undefined
    ? given.map(String)
    : given.flatMap((one) => linkOf(readLinkKey(one) ?? '').role ?? []);
}

/** Returns the value with some options replaced by others. @param next returns what an option becomes */
export function withOptions(f: FieldDescriptor, value: unknown, next: (option: string) => string): unknown {
  const renewed = (one: unknown): unknown => {
    if (f.linksTo === undefined) return next(one as string);
    const link = linkOf(one as string);
    return link.role === undefined ? one : linkKey({ ...link, role: next(link.role) });
  };
  if (value === null || value === undefined) return value;
  return Array.isArray(value) ? [...new Set(value.map(renewed))] : renewed(value);
}
