import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  type RoleDefinition,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { notFound } from '@pellucid/platform/errors';
import {
  fieldsDeciding,
  RecordAccess,
  type RecordDescriptor,
  RecordRegistry,
} from '@pellucid/platform/records';
import { RecordCountsRepository, type ReachDifference } from './record-counts.repository.js';
import {
  type FieldEffect,
  fieldEffects,
  leavesNoAdmin,
  MAKING,
  PermissionNumbers,
  reachText,
  seesLinks,
  systemEffects,
} from './role-effects.rules.js';
import { actionsOf } from './role-input.rules.js';
import type { RoleInput } from './role.types.js';
import { RolesService } from './roles.service.js';

/** Maximum number of people and keys that one preview examines, and of distinct scopes that it counts. */
const MAX_SUBJECTS = 200;
const MAX_COUNTS = 1000;

/** The effect on one action on one object. */
export interface ReachEffect {
  object: string;
  action: string;
  before: boolean;
  after: boolean;
  gained: number;
  lost: number;
  gainedCapped: boolean;
  lostCapped: boolean;
}

/** What one person or key gains and loses. */
export interface SubjectEffects {
  changes: ReachEffect[];
  fields: FieldEffect[];
  system: { gained: string[]; lost: string[] };
}

/** Who gains and loses what. */
export interface RolePreview {
  members: ({ member: { id: string; name: string } } & SubjectEffects)[];
  apiKeys: ({ apiKey: { id: string; name: string } } & SubjectEffects)[];
  affected: { members: number; apiKeys: number };
  checked: { members: number; apiKeys: number; of: number };
  leavesNoAdmin: boolean;
}

interface Sides {
  snapshot: TenantSnapshot;
  subject: Subject;
}

/** Computes what a change of a role would do, using the same decisions that would apply after it. */
@Injectable()
export class RolePreviewService {
  constructor(
    @Inject(RolesService) private readonly roles: RolesService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordAccess) private readonly access: RecordAccess,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordCountsRepository) private readonly counts: RecordCountsRepository,
  ) {}

  /** Computes what {@link RolesService.reset} would do. @throws ProblemError as it would */
  async ofReset(roleId: string): Promise<RolePreview> {
    return this.of(roleId, await this.roles.defaultRights(roleId));
  }

  /**
   * Counts only records and fields that the caller sees, so that trying out a condition reveals nothing about others.
   * @param input the role's rights after the change; what is left out stays as it is
   * @throws ProblemError 404, 422 and 403 as saving it would
   */
  async of(roleId: string, input: RoleInput): Promise<RolePreview> {
    const current = await this.directory.current();
    const role = current.roles.get(roleId);
    if (!role) throw notFound('The role');
    const changed = await this.roles.within(role, input, current);
    // Copies, so that the results are not cached with the company's snapshot.
    const before: TenantSnapshot = { ...current };
    const after: TenantSnapshot = { ...current, roles: new Map(current.roles).set(roleId, changed) };

    const memberIds = [...current.members.values()]
      .filter((member) => member.status === 'active' && member.roleIds.includes(roleId))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ id }) => id);
    const keyIds = [...current.apiKeys.values()]
      .filter((key) => key.roleId === roleId && (key.expiresAt === null || key.expiresAt > Date.now()))
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ id }) => id);
    const checkedMembers = memberIds.slice(0, MAX_SUBJECTS);
    const checkedKeys = keyIds.slice(0, MAX_SUBJECTS - checkedMembers.length);
    const touched = this.touched(role, changed, current);
    const counting = new Counting();
    const numbers = new PermissionNumbers();
    const effectsOf = async (find: (snapshot: TenantSnapshot) => Subject) => {
      // Lets other requests run, so that a large company's preview does not block them.
      await new Promise(setImmediate);
      const sides = [before, after].map((snapshot) => ({ snapshot, subject: find(snapshot) }));
      return this.effects(sides[0]!, sides[1]!, touched, counting, numbers, current);
    };
    const members = [];
    for (const id of checkedMembers)
      members.push({
        member: { id, name: current.members.get(id)!.name },
        ...(await effectsOf((snapshot) => this.directory.memberSubject(snapshot, id)!)),
      });
    const apiKeys = [];
    for (const id of checkedKeys)
      apiKeys.push({
        apiKey: { id, name: current.apiKeys.get(id)!.name },
        ...(await effectsOf((snapshot) => this.directory.keySubject(snapshot, id)!)),
      });
    await counting.run(this.counts, after);
    const affectedMembers = members.filter(isAffected);
    const affectedKeys = apiKeys.filter(isAffected);
    return {
      members: affectedMembers,
      apiKeys: affectedKeys,
      affected: { members: affectedMembers.length, apiKeys: affectedKeys.length },
      checked: {
        members: checkedMembers.length,
        apiKeys: checkedKeys.length,
        of: memberIds.length + keyIds.length,
      },
      leavesNoAdmin: leavesNoAdmin(before, after),
    };
  }

  /** Returns the objects about which the role's rights change. */
  private touched(
    before: RoleDefinition,
    after: RoleDefinition,
    snapshot: TenantSnapshot,
  ): RecordDescriptor[] {
    const about = (role: RoleDefinition, key: string) =>
      JSON.stringify([
        role.permissions.filter(({ object }) => object === '*' || object === key),
        role.fields.filter(({ object }) => object === key),
        role.system.includes('*'),
      ]);
    return this.registry.allForTenant(snapshot).filter(({ key }) => about(before, key) !== about(after, key));
  }

  private effects(
    before: Sides,
    after: Sides,
    objects: RecordDescriptor[],
    counting: Counting,
    numbers: PermissionNumbers,
    current: TenantSnapshot,
  ): SubjectEffects {
    const changes: ReachEffect[] = [];
    const fields: FieldEffect[] = [];
    for (const { key } of objects) {
      const object = this.registry.forTenant(key, after.snapshot);
      const decide = (side: Sides, action: string) =>
        this.access.decide(key, action, side.snapshot, side.subject);
      fields.push(...fieldEffects(object, decide(before, 'read'), decide(after, 'read')));
      /** Many actions are allowed by the same permissions, so their effects are the same. */
      const alike = new Map<string, Omit<ReachEffect, 'action'> | null>();
      for (const action of actionsOf(object)) {
        const way = `${MAKING.has(action)}/${numbers.wayOf(before.subject, key, action)}/${numbers.wayOf(after.subject, key, action)}`;
        if (!alike.has(way)) {
          const [was, is] = [decide(before, action), decide(after, action)];
          if (reachText(was) === reachText(is)) alike.set(way, null);
          else {
            const effect = {
              object: key,
              before: was.allowed,
              after: is.allowed,
              gained: 0,
              lost: 0,
              gainedCapped: false,
              lostCapped: false,
            };
            const sightOf = (each: string) => this.access.decide(each, 'read', current);
            const seen = sightOf(key);
            const deciding = fieldsDeciding([...is.branches, ...was.branches]);
            // Conditions on values that the caller does not see are not evaluated either.
            const isSeen =
              deciding.every((field) => seen.rules.canFilter(field)) &&
              [was, is].every((access) => seesLinks(access, key, sightOf));
            if (!MAKING.has(action) && isSeen) {
              counting.add(effect, 'gained', { object, inside: is, outside: was, seen });
              counting.add(effect, 'lost', { object, inside: was, outside: is, seen });
            }
            alike.set(way, effect);
          }
        }
        const effect = alike.get(way);
        if (effect) counting.share(changes, action, effect);
      }
    }
    return { changes, fields, system: systemEffects(before.subject.roles, after.subject.roles) };
  }
}

function isAffected({ changes, fields, system }: SubjectEffects): boolean {
  return changes.length + fields.length + system.gained.length + system.lost.length > 0;
}

type Counted = Omit<ReachEffect, 'action'>;

/** Collects what has to be counted, each difference once, and fills in the results where they are needed. */
class Counting {
  private readonly wanted = new Map<
    string,
    { difference: ReachDifference; into: { effect: Counted; side: 'gained' | 'lost' }[] }
  >();
  private readonly shared: { list: ReachEffect[]; at: number; effect: Counted }[] = [];

  add(effect: Counted, side: 'gained' | 'lost', difference: ReachDifference): void {
    const { object, inside, outside } = difference;
    if (!inside.allowed || (outside.allowed && !outside.scope)) return;
    const key = `${object.key} ${reachText(inside)} ${reachText(outside)}`;
    const known = this.wanted.get(key);
    if (known) known.into.push({ effect, side });
    else if (this.wanted.size < MAX_COUNTS) this.wanted.set(key, { difference, into: [{ effect, side }] });
    else if (side === 'gained') effect.gainedCapped = true;
    else effect.lostCapped = true;
  }

  /** Adds an effect for an action; its numbers are filled in by {@link run}. */
  share(list: ReachEffect[], action: string, effect: Counted): void {
    this.shared.push({ list, at: list.length, effect });
    list.push({ ...effect, action });
  }

  async run(counts: RecordCountsRepository, snapshot: TenantSnapshot): Promise<void> {
    const wanted = [...this.wanted.values()];
    const numbers = await counts.count(
      wanted.map(({ difference }) => difference),
      snapshot,
    );
    for (const [index, { into }] of wanted.entries())
      for (const { effect, side } of into) {
        effect[side] = numbers[index]!.value;
        effect[side === 'gained' ? 'gainedCapped' : 'lostCapped'] = numbers[index]!.capped;
      }
    for (const { list, at, effect } of this.shared) list[at] = { ...effect, action: list[at]!.action };
  }
}
