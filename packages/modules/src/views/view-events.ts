import { isDeepStrictEqual } from 'node:util';
import type { FieldChange, SecurityEvent } from '@pellucid/platform/records';
import { isForOthers } from './view-presenter.js';
import type { ViewContent, ViewRow } from './view.types.js';

/** What the log says about a view. */
type Logged = Pick<
  ViewRow,
  'name' | 'kind' | 'content' | 'isForEveryone' | 'isPinnedForAll' | 'grantees' | 'roleIds'
>;

/**
 * Returns the event of a change, for a view that others than single people rely on before or after it. The log names
 * the parts that changed and no values: conditions may contain personal ones.
 */
export function viewEvents(
  id: string,
  object: string,
  before: Logged | undefined,
  after: Logged | undefined,
): SecurityEvent[] {
  if (!(before && isForOthers(before)) && !(after && isForOthers(after))) return [];
  const changes = { ...settings(before, after), ...parts(before?.content, after?.content) };
  if (before && after && !Object.keys(changes).length) return [];
  const verb = !before ? 'viewCreated' : after ? 'viewChanged' : 'viewDeleted';
  const always: Record<string, FieldChange> = {
    object: { ...(before ? { before: object } : {}), ...(after ? { after: object } : {}) },
  };
  return [
    { verb, object: 'view', recordId: id, changes: { ...(before && after ? {} : always), ...changes } },
  ];
}

function settings(before: Logged | undefined, after: Logged | undefined): Record<string, FieldChange> {
  const shown = (view: Logged) => ({
    name: view.name,
    kind: view.kind,
    sharing: { everyone: view.isForEveryone, with: view.grantees },
    defaultForRoles: view.roleIds,
    isPinnedForAll: view.isPinnedForAll,
  });
  const [was, is] = [before && shown(before), after && shown(after)];
  return Object.fromEntries(
    (['name', 'kind', 'sharing', 'defaultForRoles', 'isPinnedForAll'] as const)
      .filter((key) => !isDeepStrictEqual(was?.[key], is?.[key]))
      .map((key) => [key, { ...(was ? { before: was[key] } : {}), ...(is ? { after: is[key] } : {}) }]),
  );
}

/** The parts of the content that changed, by name. */
function parts(was: ViewContent = {}, is: ViewContent = {}): Record<string, FieldChange> {
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => !isDeepStrictEqual(was[key as keyof ViewContent], is[key as keyof ViewContent]),
  );
  return changed.length ? { parts: { after: changed.sort() } } : {};
}
