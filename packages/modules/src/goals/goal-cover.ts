import type { Condition } from '@pellucid/conditions';
import type { FilterContext } from '@pellucid/platform/records';

/**
 * Whether the rights of a context's actor reach every record of these owners. It asks what the roles say, never the records, so the
 * answer tells nothing about records that are out of reach.
 */
export function coversOwners(
  { access, descriptor, snapshot }: FilterContext,
  owners: readonly string[],
): boolean {
  const { allowed, scope, branches } = access.decide(descriptor.key, 'read', snapshot);
  if (!allowed) return false;
  if (!scope) return true;
  return owners.every((owner) => branches.some(({ condition }) => reaches(condition, owner)));
}

/** Whether they reach every record of a team's members. Who they are must be in sight, too. */
export function coversTeam(context: FilterContext, team: string): boolean {
  const { access, snapshot } = context;
  const members = access.decide('member', 'read', snapshot);
  if (!members.allowed || members.scope) return false;
  return coversOwners(context, snapshot.teamMembers.get(team) ?? []);
}

/** Whether a branch's condition is about ownership alone, and met by records of an owner. */
function reaches(condition: Condition | undefined, owner: string): boolean {
  if (!condition) return true;
  if (!('field' in condition) || condition.field !== 'owner') return false;
  return condition.op === 'in' && (condition.value as string[]).includes(owner);
}
