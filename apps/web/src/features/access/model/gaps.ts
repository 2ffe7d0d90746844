import type { ObjectDescription } from '@/records/object-description';
import { ACTIONS, cellOf, EVERY, type RoleDraft, type Scope, wider, withScope } from './role-draft';

/** An object that a role encounters as a reference in other records but can't view. */
export interface Gap {
  /** The object that the role can't view. */
  object: ObjectDescription;
  /** Fields that refer to it, of objects that the role can view. */
  via: { object: string; field: string }[];
  /** The scope that closes the gap: all for configuration, else the scope of the records that refer to it. */
  scope: Scope;
  /** Whether lists and boards are grouped by it, so that more than names is missing. */
  isGrouping: boolean;
}

/** In: a role and the existing objects. Out: its gaps, the most serious first. */
export function gapsOf(draft: RoleDraft, objects: ObjectDescription[]): Gap[] {
  const reachOf = (object: string) => cellOf(draft, object, 'read').scope;
  const isSeen = (object: string) => reachOf(object) !== 'none';
  const isGroupingFor = (key: string) =>
    objects.some((object) => object.groupedBy.includes(key) && isSeen(object.key));
  // What records are grouped by has no owner, so any scope but all reaches none.
  const isMissing = (key: string) => !isSeen(key) || (isGroupingFor(key) && reachOf(key) !== 'all');
  if (draft.system.includes(EVERY)) return [];
  const sources = objects.filter(({ key }) => isSeen(key));
  const gaps = objects
    .filter(({ key }) => isMissing(key))
    .map((target): Gap => {
      const via = sources.flatMap((source) =>
        source.fields
          .filter(({ references, isAdded }) => references === target.key && !isAdded)
          .map(({ key }) => ({ object: source.key, field: key })),
      );
      const widest = via.map(({ object }) => reachOf(object)).reduce(wider, 'none');
      return {
        object: target,
        via,
        scope: target.listed ? widest : 'all',
        isGrouping: isGroupingFor(target.key),
      };
    })
    .filter(({ via }) => via.length > 0);
  return gaps.sort((a, b) => Number(b.isGrouping) - Number(a.isGrouping));
}

/** The role with the right to view the objects in the gaps. */
export function withGapsClosed(draft: RoleDraft, gaps: Gap[]): RoleDraft {
  return gaps.reduce((role, { object, scope }) => withScope(role, object.key, 'read', scope), draft);
}

/**
 * The role without rights to actions that their object doesn't have: no cell shows them, they allow nothing, and the
 * API refuses them. Keeps rights to objects that the user can't view.
 */
export function withoutEmptyRights(draft: RoleDraft, objects: ObjectDescription[]): RoleDraft {
  const exists = ({ object: key, action }: { object: string; action: string }) => {
    const object = objects.find((each) => each.key === key);
    if (!object || action === EVERY || (ACTIONS as readonly string[]).includes(action)) return true;
    return object.verbs?.some((verb) => verb.key === action) ?? false;
  };
  return { ...draft, permissions: draft.permissions.filter(exists) };
}
