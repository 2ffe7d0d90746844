import { isReference, type RecordData } from '@/records/object-description';

export interface TeamNode {
  team: RecordData;
  members: RecordData[];
  children: TeamNode[];
}

const idOf = (value: unknown) => (isReference(value) ? value.id : undefined);
const byName = (a: RecordData, b: RecordData) => String(a['name']).localeCompare(String(b['name']));

/**
 * Teams below their parents, with their members. A team whose parent is not visible is at the top. Out: also the
 * members without a team.
 */
export function teamTree(
  teams: RecordData[],
  members: RecordData[],
): { roots: TeamNode[]; teamless: RecordData[] } {
  const nodes = new Map<string, TeamNode>(
    teams.map((team) => [team.id, { team, members: [], children: [] }]),
  );
  const teamless: RecordData[] = [];
  for (const member of [...members].sort(byName)) {
    const node = nodes.get(idOf(member['team']) ?? '');
    if (node) node.members.push(member);
    else teamless.push(member);
  }
  const roots: TeamNode[] = [];
  for (const team of [...teams].sort(byName)) {
    const node = nodes.get(team.id);
    const parent = nodes.get(idOf(team['parent']) ?? '');
    if (node) (parent && parent !== node ? parent.children : roots).push(node);
  }
  return { roots, teamless };
}

/** Number of people in a team and all teams below it. */
export function headCount({ members, children }: TeamNode): number {
  return members.length + children.reduce((sum, child) => sum + headCount(child), 0);
}
