import { type FilterContext, QueryParts, scopeSql } from '@pellucid/platform/records';
import { type SearchClass, widestWithin } from '../classes/search-class.js';
import { fieldsSeen, othersSeenSql } from '../classes/searcher.js';
import type { SearchedField } from '../documents/searched-fields.js';
import type { SearchedObject } from './hit-presenter.js';

/** How one object is searched: which of a record's documents is read, and which records count. */
export interface ObjectPlan extends SearchedObject {
  /** The class whose documents have names of other records, used where the searcher sees all of these. */
  told?: SearchClass | undefined;
  /** The class without them, for the other records. */
  untold?: SearchClass | undefined;
  /** Whether every document of these classes is of a record that the searcher sees. */
  isOpen: boolean;
  /** Whether documents that the searcher needs are still being made, so that they search fewer fields than they see. */
  isIncomplete: boolean;
}

/**
 * Plans the search of an object for the context's reader, by the classes that there are. It reads only classes whose fields
 * the reader sees in clear in every record, so a class that was made for other rights is never read by mistake.
 * @param isOutdated whether the classes have yet to be compared with the rights of now
 * @returns undefined if they may not read the object, or see none of its fields
 */
export function planObject(
  context: FilterContext,
  classes: SearchClass[],
  isOutdated: boolean,
): ObjectPlan | undefined {
  const { descriptor, snapshot, access } = context;
  const { scope } = access.decide(descriptor.key, 'read', snapshot);
  const fields = fieldsSeen(context);
  if (!fields.length) return undefined;
  const keys = new Set(fields.map(({ field }) => field.key));
  const own = classes.filter(({ object }) => object === descriptor.key);
  const told = widestWithin(own, keys, true);
  const untold = widestWithin(own, keys, false);
  const isTold =
    told !== undefined && othersSeenSql(context, within(fields, told), 't', new QueryParts()) === undefined;
  const isFollowing = isOutdated || own.some(({ isReady }) => !isReady);
  const searched = new Set((isTold ? [told] : [told, untold]).flatMap((each) => each?.fields ?? []));
  return {
    context,
    fields: fields.filter(({ field }) => searched.has(field.key)),
    told,
    untold: isTold ? undefined : untold,
    isOpen: !scope && (told === undefined || isTold),
    isIncomplete: isFollowing && searched.size < keys.size,
  };
}

/** Returns the predicate for the documents `m` of an object that count, over its table as `t`. */
export function countingSql({ context, fields, told, untold }: ObjectPlan, parts: QueryParts): string {
  const { descriptor, snapshot, access, clock } = context;
  const { scope } = access.decide(descriptor.key, 'read', snapshot);
  const seen = told && othersSeenSql(context, within(fields, told), 't', parts);
  // What a document has of other records is known to be seen only for the record as it is now.
  const isTold = seen && `(m.version = t.version and ${seen})`;
  const reads = (of: SearchClass) => `m.class = ${of.class}`;
  const ways = [
    ...(told ? [isTold ? `${reads(told)} and ${isTold}` : reads(told)] : []),
    ...(untold ? [isTold ? `${reads(untold)} and not coalesce(${isTold}, false)` : reads(untold)] : []),
  ];
  return [
    `m.object = ${parts.param(descriptor.key)}`,
    `(${ways.map((way) => `(${way})`).join(' or ')})`,
    ...(scope ? [scopeSql(scope, descriptor, 't', parts, clock)] : []),
  ].join(' and ');
}

const within = (fields: SearchedField[], { fields: keys }: SearchClass) =>
  fields.filter(({ field }) => keys.includes(field.key));
