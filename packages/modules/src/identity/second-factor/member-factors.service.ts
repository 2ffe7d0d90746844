import { Inject, Injectable } from '@nestjs/common';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import { IdentitiesRepository } from '../identities.repository.js';
import { MembersRepository } from '../members.repository.js';
import { RoleGrants } from '../role-grants.js';
import { memberEvent } from '../security-log.js';
import { SessionEnds } from '../session-ends.js';
import { SessionsRepository } from '../sessions.repository.js';
import { noSecondFactor, ownFactors, sharedLogIn } from './second-factor.errors.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/** Second factors of members, for people who manage members. */
@Injectable()
export class MemberFactorsService {
  constructor(
    @Inject(SecondFactorsRepository) private readonly factors: SecondFactorsRepository,
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(MembersRepository) private readonly members: MembersRepository,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(RoleGrants) private readonly grants: RoleGrants,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
  ) {}

  /** Returns which members with a log-in have a second factor. */
  coverage(): Promise<{ memberId: string; hasSecondFactor: boolean }[]> {
    return this.factors.coverage(requireTenant());
  }

  /**
   * Removes all second factors of a member who has lost them, and ends their sessions. Only if the log-in is used in
   * this company alone: otherwise one company would weaken another's log-in.
   * @throws ProblemError 404, 403 for a member with rights that the caller does not have, 409 for oneself, for a log-in
   *   that is also used elsewhere, and when there is nothing to remove
   */
  async reset(memberId: string): Promise<void> {
    const member = await this.work.run((uow) => this.members.find(uow, memberId));
    if (!member) throw notFound('The member');
    if (memberId === currentContext().memberId) throw ownFactors();
    await this.grants.assertTakable(member.roleIds);
    if (!member.identityId) throw noSecondFactor();
    const { identityId } = member;
    const memberships = await this.identities.memberships(identityId);
    if (memberships.some((m) => m.memberId !== memberId)) throw sharedLogIn();
    const ended = await this.factors.transaction(identityId, async (client) => {
      const removed = await this.factors.removeAll(client, identityId);
      if (!removed) throw noSecondFactor();
      const over = await this.sessions.endAllOf(client, identityId, null, 'secondFactorReset');
      const told = { tenantId: requireTenant(), memberId };
      const changes = { factors: { before: removed, after: 0 } };
      await this.factors.tell(client, memberEvent(told, 'secondFactorReset', changes, 'caller'));
      return over;
    });
    this.ends.forgetEnded(ended);
  }
}
