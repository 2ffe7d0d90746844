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
import { allFieldsOf, piiOf, RecordRegistry } from '@pellucid/platform/records';
import { roleNotGrantable } from './identity.errors.js';

/** Decides who may assign, remove and change which roles: nobody can grant rights that they do not have. */
@Injectable()
export class RoleGrants {
  constructor(
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
  ) {}

  /**
   * @param pointer to the list of ids in the request
   * @param known ids of the existing roles; by default those of the company's snapshot
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
   * Checks roles that the context's member wants to assign.
   * @throws ProblemError 422 naming an unknown role, 403 for one with rights that the caller does not have
   */
  async assertGrantable(roleIds: string[], pointer?: string): Promise<void> {
    await this.assertKnown(roleIds, pointer);
    const problem = await this.notGrantable(roleIds);
    if (problem) throw problem;
  }

  /** Why roles there are can't be given by the context's member; undefined where they can. */
  async notGrantable(roleIds: string[]): Promise<ProblemError | undefined> {
    const snapshot = await this.access.current();
    for (const role of roleIds.flatMap((id) => snapshot.roles.get(id) ?? [])) {
      const excess = this.excess(role, this.access.subject(snapshot), snapshot);
      if (excess) return roleNotGrantable(role.name, excess);
    }
    return undefined;
  }

  /**
   * Checks roles to be removed, or whose holders or content are to be changed: the context's member may not touch roles
   * with system rights that they do not have.
   * @throws ProblemError 403
   */
  async assertTakable(roleIds: string[]): Promise<void> {
    const problem = await this.outOfHands(roleIds);
    if (problem) throw problem;
  }

  /** Returns why the context's member may not remove the roles, see {@link assertTakable}; undefined if they may. */
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

  /** Says what the rights would allow beyond what the subject may do, as part of a sentence; undefined when nothing. */
  excess(rights: RoleRights, subject: Subject, snapshot: TenantSnapshot): string | undefined {
    const objects: LimitedObject[] = this.registry.everForTenant(snapshot).map((object) => ({
      key: object.key,
      verbs: object.verbs.map((verb) => verb.key),
      fields: [...allFieldsOf(object), ...object.lines].map((f) => ({
        key: f.key,
        pii: piiOf(object.key, f, snapshot),
      })),
    }));
    return excessOf(rights, subject, objects);
  }
}
