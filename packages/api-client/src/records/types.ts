/**
 * Types by object. The path of an object (`/accounts`, as `GET /objects` tells it) decides them; a path that is only
 * known at run time stands for any object.
 */
import type { ObjectMap } from '../generated/objects.gen.js';
import type * as types from '../generated/types.gen.js';

/** Key of an object of the product: `opportunity`. */
export type ObjectKey = keyof ObjectMap;

/** Path of an object of the product: `/opportunities`. */
export type ObjectPath = ObjectMap[ObjectKey]['path'];

type EntryAt<P extends string> = Extract<ObjectMap[ObjectKey], { path: P }>;

type TypeAt<P extends string, Role extends 'record' | 'create' | 'update', Any> = string extends P
  ? Any
  : [EntryAt<P>] extends [never]
    ? Any
    : EntryAt<P>[Role];

/** A record of the object at a path. */
export type RecordAt<P extends string> = TypeAt<P, 'record', types.AnyRecord>;

/** The values that create a record of the object at a path. */
export type CreateAt<P extends string> = TypeAt<P, 'create', types.AnyRecordValues>;

/** The values that change a record of the object at a path. */
export type UpdateAt<P extends string> = TypeAt<P, 'update', types.AnyRecordValues>;

/** A page of a list. */
export type RecordList<P extends string> = Omit<types.AnyRecordList, 'data'> & { data: RecordAt<P>[] };
