import { Inject, Injectable } from '@nestjs/common';
import { MemberRolesService, RoleGrants } from '@pellucid/modules/identity';
import { isDeepStrictEqual } from 'node:util';
import { fieldsOf, type RecordLink } from '@pellucid/conditions';
import {
  AccessDirectory,
  type RoleDefinition,
  type RoleRights,
  type TenantSnapshot,
} from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import {
  type IdempotencyRequest,
  newId,
  RecordAccess,
  type RecordDescriptor,
  RecordReader,
  RecordRegistry,
  RecordService,
  type SecurityEvent,
  securityEventStatements,
  targetsIn,
} from '@pellucid/platform/records';
import {
  builtInRole,
  conditionUnseen,
  nameTaken,
  notBuiltIn,
  presetBeyond,
  roleChanged,
  roleExceedsOwn,
  roleGone,
  roleInUse,
  sameRole,
  tooManyRoles,
} from '../access.errors.js';
import { changesOf, presented, sameContent } from './role-changes.rules.js';
import { roleProblems, withoutRepetitions } from './role-input.rules.js';
import type { Role, RoleInput, RoleRow } from './role.types.js';
import { type RoleContent, RolesRepository } from './roles.repository.js';

/** Limited because every snapshot contains all roles of its company. */
const MAX_ROLES = 200;

const EMPTY: RoleContent = { name: '', description: '', permissions: [], system: [], fields: [] };

/** Creates, changes and deletes roles. Nobody can make a role wider than their own rights. */
@Injectable()
export class RolesService {
  constructor(
    @Inject(RolesRepository) private readonly roles: RolesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordAccess) private readonly recordAccess: RecordAccess,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RoleGrants) private readonly grants: RoleGrants,
    @Inject(MemberRolesService) private readonly memberRoles: MemberRolesService,
  ) {}

  /** Returns every role that the caller may know of, built-in ones first. */
  async list(): Promise<Role[]> {
    const snapshot = await this.access.current();
    return (await this.roles.all()).map((row) => this.shown(presented(row), snapshot));
  }

  /** Returns one role, as far as the caller may see it. @throws ProblemError 404 */
  async look(id: string): Promise<Role> {
    return this.shown(await this.get(id), await this.access.current());
  }

  /**
   * Conditions and presets contain values, so they are shown only to people who manage roles, and to those who have the
   * role.
   */
  private shown(role: Role, snapshot: TenantSnapshot): Role {
    const isOwn = this.access.subject(snapshot).roles.some(({ id }) => id === role.id);
    if (isOwn || this.access.may(snapshot, { system: 'manageRoles' })) return role;
    return {
      ...role,
      permissions: role.permissions.map(({ condition: _, preset: __, ...permission }) => permission),
    };
  }

  /** Returns the whole role, for callers who may change it. @throws ProblemError 404 */
  async get(id: string): Promise<Role> {
    const row = await this.roles.find(id);
    if (!row) throw notFound('The role');
    return presented(row);
  }

  /**
   * Creates a role. It grants only the given rights.
   * @returns its id
   * @throws ProblemError 422, 403 for rights that the caller does not have
   */
  async create(input: RoleInput & { name: string }, idempotency?: IdempotencyRequest): Promise<string> {
    const snapshot = await this.access.current();
    const content = contentOf(EMPTY, this.checked(input, snapshot));
    await this.assertWithin(content, snapshot);
    return this.make(content, idempotency);
  }

  /**
   * Creates a role with the rights of another.
   * @returns its id
   * @throws ProblemError 404, 422, 403 for rights that the caller does not have
   */
  async copy(
    id: string,
    input: { name: string; description?: string | undefined },
    idempotency?: IdempotencyRequest,
  ): Promise<string> {
    const source = await this.get(id);
    const content = contentOf(source, input);
    await this.assertWithin(content, await this.access.current());
    return this.make(content, idempotency);
  }

  /**
   * Changes a role; what is left out stays as it is. The new rights apply from the next request of everybody who has
   * it.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 409 for Company Admin and when no administrator would be left, 412, 422, 403 for rights
   *   that the caller does not have
   */
  async change(
    id: string,
    input: RoleInput,
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    await this.get(id);
    await this.write(id, input, ifMatch, idempotency, (held) => held);
  }

  /**
   * Gives a built-in role the product's rights again. Its name and description stay.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 409 for a role that the company made, and as {@link change}
   */
  async reset(id: string, ifMatch: number | undefined, idempotency?: IdempotencyRequest): Promise<void> {
    const rights = await this.defaultRights(id);
    await this.write(id, rights, ifMatch, idempotency, (held) =>
      held.modified ? { ...held, removed: {} } : held,
    );
  }

  /** Returns the product's rights of a built-in role. @throws ProblemError 404, 409 for a role that the company made */
  async defaultRights(id: string): Promise<RoleInput> {
    const role = await this.roles.find(id);
    if (!role) throw notFound('The role');
    const { product } = role;
    if (!product) throw notBuiltIn(role.name);
    const { permissions, system, fields } = product;
    return { permissions, system, fields };
  }

  /** @param basis gives the role whose removed rights stay removed, from the one that is stored */
  private async write(
    id: string,
    input: RoleInput,
    ifMatch: number | undefined,
    idempotency: IdempotencyRequest | undefined,
    basis: (held: RoleRow) => RoleRow,
  ): Promise<void> {
    const snapshot = await this.access.current();
    const change = this.checked(input, snapshot);
    await this.writing(idempotency, async (uow) => {
      const before = await this.held(uow, id, ifMatch, input);
      if (before.key === 'companyAdmin') throw builtInRole(before.name, 'changed');
      await this.grants.assertTakable([id]);
      const base = basis(before);
      const after = this.roles.settled(base, contentOf(before, change));
      const isSame = sameContent(before, after);
      if (isSame && base === before) return { status: 200, body: { id } };
      await this.assertWithin(after, snapshot, before);
      await this.assertNameFree(uow, after.name, id);
      await this.roles.update(uow, base, after);
      if (before.system.includes('*') && !after.system.includes('*'))
        await this.memberRoles.assertAdminLeft(uow);
      if (isSame) return { status: 200, body: { id } };
      await this.log(uow, [
        {
          verb: 'roleChanged',
          object: 'role',
          recordId: id,
          changes: changesOf(before, after, this.objects(snapshot)),
        },
      ]);
      return { status: 200, body: { id } };
    });
  }

  /**
   * Deletes a role.
   * @param reassignTo the role that its members and API keys get instead
   * @throws ProblemError 404, 409 when it is in use and no replacement is given, or when no administrator would be
   *   left, 412, 422
   */
  async remove(
    id: string,
    reassignTo: string | undefined,
    ifMatch: number | undefined,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const snapshot = await this.access.current();
    await this.writing(idempotency, async (uow) => {
      const before = await this.held(uow, id, ifMatch, {});
      if (before.builtIn) throw builtInRole(before.name, 'deleted');
      if (reassignTo === id) throw sameRole();
      await this.grants.assertTakable([id]);
      if (reassignTo) await this.grants.assertGrantable([reassignTo], '?reassignTo');
      else if (before.members + before.apiKeys > 0)
        throw roleInUse(before.name, before.members, before.apiKeys);
      if (reassignTo && !(await this.roles.hold(uow, reassignTo))) throw roleGone();
      const changed = await this.roles.remove(uow, id, reassignTo ?? null);
      if (before.system.includes('*')) await this.memberRoles.assertAdminLeft(uow);
      await this.log(uow, [
        {
          verb: 'roleDeleted',
          object: 'role',
          recordId: id,
          changes: {
            ...changesOf(before, undefined, this.objects(snapshot)),
            ...(reassignTo ? { reassignedTo: { after: reassignTo } } : {}),
          },
        },
        ...changed.map(
          ({ memberId, before: roleIds, after }): SecurityEvent => ({
            verb: 'rolesAssigned',
            object: 'member',
            recordId: memberId,
            changes: { roleIds: { before: roleIds, after } },
          }),
        ),
      ]);
      return { status: 204, body: null };
    });
  }

  /**
   * Returns the role as it would be after the change.
   * @throws ProblemError 422, 403 for rights that the caller does not have
   */
  async within(role: RoleDefinition, input: RoleInput, snapshot: TenantSnapshot): Promise<RoleDefinition> {
    const { permissions, system, fields } = this.checked(input, snapshot);
    const after: RoleDefinition = {
      ...role,
      permissions: permissions ?? role.permissions,
      system: system ?? role.system,
      fields: fields ?? role.fields,
    };
    await this.assertWithin(after, snapshot, role);
    return after;
  }

  /** Returns the rights as far as the company's objects allow them. @throws ProblemError 422 */
  private checked<T extends RoleInput>(input: T, snapshot: TenantSnapshot): T {
    const problems = roleProblems(input, this.objects(snapshot));
    if (problems.length) throw unprocessable(problems);
    return withoutRepetitions(input);
  }

  private async make(content: RoleContent, idempotency: IdempotencyRequest | undefined): Promise<string> {
    const snapshot = await this.access.current();
    return this.writing(idempotency, async (uow) => {
      const id = newId();
      await this.assertNameFree(uow, content.name);
      await this.roles.insert(uow, id, content);
      await this.log(uow, [
        {
          verb: 'roleCreated',
          object: 'role',
          recordId: id,
          changes: changesOf(undefined, content, this.objects(snapshot)),
        },
      ]);
      return { status: 201, body: { id } };
    }).then((body) => body.id);
  }

  /** Runs the function in a transaction that excludes other changes of rights. */
  private async writing<T>(
    idempotency: IdempotencyRequest | undefined,
    fn: (uow: UnitOfWork) => Promise<{ status: number; body: T }>,
  ): Promise<T> {
    const { body } = await this.records.unit(idempotency, async (uow) => {
      await this.memberRoles.holdRights(uow);
      const done = await fn(uow);
      await uow.bumpAccessVersion();
      return done;
    });
    this.access.forget(requireTenant());
    return body;
  }

  private async held(
    uow: UnitOfWork,
    id: string,
    ifMatch: number | undefined,
    yours: object,
  ): Promise<RoleRow> {
    const row = await this.roles.hold(uow, id);
    if (!row) throw notFound('The role');
    if (ifMatch !== undefined && ifMatch !== row.version) throw roleChanged(presented(row), yours);
    return row;
  }

  private async assertNameFree(uow: UnitOfWork, name: string, butId?: string): Promise<void> {
    const { count, isTaken } = await this.roles.census(uow, name, butId);
    if (isTaken) throw nameTaken(name);
    if (!butId && count >= MAX_ROLES) throw tooManyRoles(MAX_ROLES);
  }

  /**
   * Checks that no right goes beyond what the caller has or the role had before, that no condition depends on values
   * that the caller does not see (its effect would reveal them), and that no preset sets what the caller could not set.
   * @throws ProblemError 403, 422
   */
  private async assertWithin(
    rights: RoleRights,
    snapshot: TenantSnapshot,
    before?: RoleDefinition,
  ): Promise<void> {
    const subject = this.access.subject(snapshot);
    const roles = before ? [...subject.roles, before] : subject.roles;
    const excess = this.grants.excess(rights, { ...subject, roles }, snapshot);
    if (excess) throw roleExceedsOwn(excess);
    const unseen = rights.permissions.flatMap(({ object, condition }, index) =>
      !condition || before?.permissions.some((held) => isDeepStrictEqual(held.condition, condition))
        ? []
        : fieldsOf(condition)
            .map((path) => path.join('.'))
            .filter((field) => !this.recordAccess.rules(object, snapshot).canFilter(field))
            .map((field) => ({ index, field })),
    );
    if (unseen.length) throw conditionUnseen(unseen);
    const beyond = [];
    for (const [index, { object, preset }] of rights.permissions.entries()) {
      const held = before?.permissions.filter((p) => p.object === object).map((p) => p.preset);
      for (const [field, value] of Object.entries(preset ?? {})) {
        if (held?.some((own) => own && isDeepStrictEqual(own[field], value))) continue;
        const isWritable = this.recordAccess.decide(object, 'create', snapshot).rulesFor(-1).canWrite(field);
        const f = this.registry.forTenant(object, snapshot).byKey.get(field);
        const targets = f && isWritable ? targetsIn(f, f.traits.codec.parse(value, f)) : [];
        if (!isWritable || !(await this.seesAll(targets, snapshot)))
          beyond.push({ index, field, isUnseen: isWritable });
      }
    }
    if (beyond.length) throw presetBeyond(beyond);
  }

  /** Whether the caller sees all of the records. */
  private async seesAll(targets: RecordLink[], snapshot: TenantSnapshot): Promise<boolean> {
    for (const [object, links] of Map.groupBy(targets, (target) => target.object)) {
      const ids = links.map(({ id }) => id);
      const seen = this.registry.has(object, snapshot)
        ? await this.reader.visibleIds(object, ids)
        : new Set();
      if (ids.some((id) => !seen.has(id))) return false;
    }
    return true;
  }

  private objects(snapshot: TenantSnapshot): Map<string, RecordDescriptor> {
    // Rights on a deleted object stay in roles: it may be restored.
    return new Map(this.registry.everForTenant(snapshot).map((object) => [object.key, object]));
  }

  private async log(uow: UnitOfWork, events: SecurityEvent[]): Promise<void> {
    await uow.together(securityEventStatements(events));
  }
}

function contentOf(base: RoleContent, change: RoleInput): RoleContent {
  return {
    name: change.name ?? base.name,
    description: change.description ?? base.description,
    permissions: change.permissions ?? base.permissions,
    system: change.system ?? base.system,
    fields: change.fields ?? base.fields,
  };
}
