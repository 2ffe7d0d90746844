import { DEAL_GROUPING } from '@/records/access/deal-grouping';
import { isListed } from '@/records/object-presentation';
import type { ObjectDescription } from '@/records/object-description';
import { ACTIONS, cellOf, EVERY, type RoleDraft, type Scope, wider, withScope } from './role-draft';

/** Records a role meets as a reference in others, and may not see themselves. */
export interface Gap {
  /** Key of the object that the role does not see. */
  object: string;
  /** Fields that point at it, of objects the role sees. */
  via: { object: string; field: string }[];
  /** Reach that closes it: all of what a company sets up, else that of the records that point at it. */
  scope: Scope;
  /** Lists and boards are grouped by these: without them more is missing than names. */
  isGrouping: boolean;
}

/** In: a role and the objects there are. Out: what it meets without seeing it, the graver first. */
export function gapsOf(draft: RoleDraft, objects: ObjectDescription[]): Gap[] {
  const reachOf = (object: string) => cellOf(draft, object, 'read').scope;
  const isSeen = (object: string) => reachOf(object) !== 'none';
  const isGroupingFor = (key: string) =>
    (DEAL_GROUPING as readonly string[]).includes(key) && isSeen('opportunity');
  // Pipelines and stages belong to nobody: less than all of them is none.
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
        object: target.key,
        via,
        scope: isListed(target) ? widest : 'all',
        isGrouping: isGroupingFor(target.key),
      };
    })
    .filter(({ via }) => via.length > 0);
  return gaps.sort((a, b) => Number(b.isGrouping) - Number(a.isGrouping));
}

/** The role with the right to see what the gaps name. */
export function withGapsClosed(draft: RoleDraft, gaps: Gap[]): RoleDraft {
  return gaps.reduce((role, { object, scope }) => withScope(role, object, 'read', scope), draft);
}

/**
 * The role without rights to actions that their object does not have: no cell shows them, they allow nothing,
 * and the API refuses them. Rights to objects this person does not see stay.
 */
export function withoutEmptyRights(draft: RoleDraft, objects: ObjectDescription[]): RoleDraft {
  const exists = ({ object: key, action }: { object: string; action: string }) => {
    const object = objects.find((each) => each.key === key);
    if (!object || action === EVERY || (ACTIONS as readonly string[]).includes(action)) return true;
    return object.verbs?.some((verb) => verb.key === action) ?? false;
  };
  return { ...draft, permissions: draft.permissions.filter(exists) };
}
