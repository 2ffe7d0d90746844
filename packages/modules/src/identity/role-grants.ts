import { Inject, Injectable } from '@nestjs/common';
import {
  AccessDirectory,
  excessOf,
  type LimitedObject,
  type RoleRights,
  type Subject,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { type ProblemError, unprocessable } from '@pellucid/platform/errors';
import { piiOf, RecordRegistry } from '@pellucid/platform/records';
import { roleNotGrantable } from './identity.errors.js';

/** Who may give, take and change which roles: nobody hands on rights they do not have themselves. */
@Injectable()
export class RoleGrants {
  constructor(
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
  ) {}

  /**
   * @param pointer of the list of ids in the request
   * @param known ids of the roles there are; those of the company's snapshot unless told
   * @throws ProblemError 422 naming an unknown role
   */
  async assertKnown(roleIds: string[], pointer = '/roleIds', known?: ReadonlySet<string>): Promise<void> {
    const roles = known ?? (await this.access.current()).roles;
    const unknown = roleIds.flatMap((id, index) => (roles.has(id) ? [] : [index]));
    if (unknown.length)
      throw unprocessable(
        unknown.map((index) => ({
          pointer: pointer.startsWith('?') ? pointer : `${pointer}/${index}`,
          code: 'unknownRole',
          message: "This role doesn't exist. Choose one from GET /roles.",
        })),
      );
  }

  /**
   * Checks roles that are to be given by the context's member.
   * @throws ProblemError 422 naming an unknown role, 403 for one that may do what the caller may not
   */
  async assertGrantable(roleIds: string[], pointer?: string): Promise<void> {
    await this.assertKnown(roleIds, pointer);
    const snapshot = await this.access.current();
    for (const id of roleIds) {
      const role = snapshot.roles.get(id)!;
      const excess = this.excess(role, this.access.subject(snapshot), snapshot);
      if (excess) throw roleNotGrantable(role.name, excess);
    }
  }

  /**
   * Checks roles that are to be taken, or whose holder or content is to be changed: system rights the context's member does
   * not have are out of their hands.
   * @throws ProblemError 403
   */
  async assertTakable(roleIds: string[]): Promise<void> {
    const problem = await this.outOfHands(roleIds);
    if (problem) throw problem;
  }

  /** Why the roles are not the context's member's to take, see {@link assertTakable}; undefined where they are. */
  async outOfHands(roleIds: string[]): Promise<ProblemError | undefined> {
    const snapshot = await this.access.current();
    const own = this.access.rolesOf(snapshot).flatMap((role) => role.system);
    if (own.includes('*')) return undefined;
    for (const role of roleIds.flatMap((id) => snapshot.roles.get(id) ?? [])) {
      const missing = role.system.find((right) => !own.includes(right));
      if (missing) return roleNotGrantable(role.name, missing === '*' ? 'do everything' : missing);
    }
    return undefined;
  }

  /** What the rights would allow that the subject may not do, as part of a sentence; undefined where nothing. */
  excess(rights: RoleRights, subject: Subject, snapshot: TenantSnapshot): string | undefined {
    const objects: LimitedObject[] = this.registry.all().map(({ key, verbs, fields }) => ({
      key,
      verbs: verbs.map((verb) => verb.key),
      fields: fields.map((f) => ({ key: f.key, pii: piiOf(key, f, snapshot) })),
    }));
    return excessOf(rights, subject, objects);
  }
}
