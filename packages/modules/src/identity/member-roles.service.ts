import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import {
  type FieldChange,
  RecordService,
  securityEventStatements,
  type WriteBatch,
} from '@pellucid/platform/records';
import { cannotSwitch, lastAdmin, ownAccess } from './identity.errors.js';
import { MembersRepository } from './members.repository.js';
import { RoleGrants } from './role-grants.js';
import { SessionEnds } from './session-ends.js';

/** Assigns roles to members, and makes sure that a company always has an administrator. */
@Injectable()
export class MemberRolesService implements OnModuleInit {
  constructor(
    @Inject(MembersRepository) private readonly members: MembersRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(RoleGrants) private readonly grants: RoleGrants,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
  ) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'identity.last-admin',
      objects: ['member'],
      phase: 'checks',
      order: 900,
      run: (batch) => this.keepAnAdmin(batch),
    });
    this.records.participate({
      name: 'identity.holders-of-rights',
      objects: ['member'],
      phase: 'checks',
      order: 890,
      run: async (batch) => {
        await this.keepOutOfReach(batch);
        await this.keepInvited(batch);
      },
    });
  }

  /**
   * Assigns exactly these roles to the member; other replicas apply them within a second.
   * @throws ProblemError 404, 409 for the last administrator, 422 for an unknown role, 403 for one that the caller may
   *   not assign
   */
  async assign(memberId: string, roleIds: string[]): Promise<{ memberId: string; roleIds: string[] }> {
    const wanted = [...new Set(roleIds)].sort();
    await this.grants.assertKnown(roleIds);
    const tenantId = await this.work.run(async (uow) => {
      const member = await this.members.find(uow, memberId);
      if (!member) throw notFound('The member');
      await this.grants.assertGrantable(wanted.filter((id) => !member.roleIds.includes(id)));
      await this.grants.assertTakable(member.roleIds.filter((id) => !wanted.includes(id)));
      await this.members.holdRights(uow);
      await this.grants.assertKnown(roleIds, undefined, await this.members.rolesThere(uow, wanted));
      const isAdmin = (await this.members.administratorsAmong(uow, [memberId])).has(memberId);
      await this.members.setRoles(uow, memberId, wanted);
      if (isAdmin) await this.assertAdminLeft(uow);
      const change = { before: [...member.roleIds].sort(), after: wanted };
      if (String(change.before) !== String(change.after))
        await tell(uow, 'rolesAssigned', memberId, { roleIds: change });
      await uow.bumpAccessVersion();
      return uow.tenantId;
    });
    this.access.forget(tenantId);
    return { memberId, roleIds: wanted };
  }

  /**
   * Refuses the changes made in the transaction if they leave the company without an active administrator. Other
   * changes of rights wait until the transaction ends.
   * @throws ProblemError 409
   */
  async assertAdminLeft(uow: UnitOfWork): Promise<void> {
    if ((await this.members.adminsBeside(uow, [])) === 0) throw lastAdmin();
  }

  /** Makes other changes of rights wait until the transaction ends. Call it before making the first change. */
  holdRights(uow: UnitOfWork): Promise<void> {
    return this.members.holdRights(uow);
  }

  /** Returns the roles of each member; members without roles are left out. */
  assignments(): Promise<{ memberId: string; roleIds: string[] }[]> {
    return this.members.roleAssignments();
  }

  /**
   * Deactivates or reactivates a member's log-in. Their records and roles stay. Their sessions in this company are
   * refused from the next request, and stay ended when the log-in is reactivated.
   * @throws ProblemError 404, 403 for a member with rights that the caller does not have, 409 for oneself, the last
   *   administrator and a member who is neither active nor inactive
   */
  async switchAccess(memberId: string, isOn: boolean): Promise<void> {
    if (!isOn && memberId === currentContext().memberId) throw ownAccess();
    // Ends leftover sessions before they could be used again, in case the deactivation was interrupted before it did
    // so.
    if (isOn) await this.ends.revokeOfInactive(memberId, 'deactivated');
    const tenantId = await this.work.run(async (uow) => {
      const member = await this.members.find(uow, memberId);
      if (!member) throw notFound('The member');
      await this.grants.assertTakable(member.roleIds);
      if (member.status !== (isOn ? 'inactive' : 'active') || !member.identityId)
        throw cannotSwitch(isOn, member.status);
      await this.members.change(uow, memberId, { status: isOn ? 'active' : 'inactive' });
      await tell(uow, isOn ? 'memberActivated' : 'memberDeactivated', memberId);
      await uow.bumpAccessVersion();
      return uow.tenantId;
    });
    this.access.forget(tenantId);
    if (!isOn) await this.ends.revokeOfInactive(memberId, 'deactivated');
  }

  /** Deleting a member removes their rights and restoring returns them, so the caller must have these rights. */
  private async keepOutOfReach(batch: WriteBatch): Promise<void> {
    if (batch.operation !== 'delete' && batch.operation !== 'restore') return;
    if (batch.asks === 'product' && !batch.cascaded) return;
    const rows = batch.rows.filter((row) => row.ok);
    const held = await this.members.rolesOf(
      batch.uow,
      rows.map((row) => row.id),
    );
    for (const row of rows) {
      const problem = await this.grants.outOfHands(held.get(row.id) ?? []);
      if (problem) row.fail(problem.status, problem.code, problem.detail!);
    }
  }

  /** An open invitation goes to the member's address: to change that is to give their roles to somebody else. */
  private async keepInvited(batch: WriteBatch): Promise<void> {
    if (batch.operation !== 'update' || batch.asks === 'product') return;
    const rows = batch.rows.filter(
      (row) => row.ok && row.changed('email') && row.before?.state['status'] === 'invited',
    );
    const held = await this.members.rolesOf(
      batch.uow,
      rows.map((row) => row.id),
    );
    for (const row of rows) {
      const problem = await this.grants.notGrantable(held.get(row.id) ?? []);
      if (problem) row.refuse('email', problem.code, problem.detail!);
    }
  }

  /** Refuses to delete or deactivate the last administrator, whatever path the change takes. */
  private async keepAnAdmin(batch: WriteBatch): Promise<void> {
    const leaving = batch.rows.filter(
      (row) =>
        row.ok &&
        row.before?.state['status'] === 'active' &&
        (batch.operation === 'delete' || row.after['status'] !== 'active'),
    );
    if (!leaving.length) return;
    const ids = leaving.map((row) => row.id);
    if ((await this.members.adminsBeside(batch.uow, ids)) > 0) return;
    // No administrator is left besides these members, so the administrators among them must stay.
    const admins = await this.members.administratorsAmong(batch.uow, ids);
    for (const row of leaving)
      if (admins.has(row.id)) {
        const problem = lastAdmin();
        row.fail(problem.status, problem.code, problem.detail!);
      }
  }
}

/** Adds an event about the member to the company's log. */
async function tell(
  uow: UnitOfWork,
  verb: string,
  memberId: string,
  changes: Record<string, FieldChange> = {},
): Promise<void> {
  await uow.together(securityEventStatements([{ verb, object: 'member', recordId: memberId, changes }]));
}
