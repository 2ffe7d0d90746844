import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { Statement } from '@pellucid/platform/db';
import { RecordService, type WriteBatch, type WriteRow } from '@pellucid/platform/records';
import { memberEvent } from './security-log.js';
import { type EndedSession, SessionsRepository, type TellEnded } from './sessions.repository.js';

/** Why a session ends, with the verb in the company's log. */
const VERBS = {
  loggedOut: 'loggedOut',
  revokedByOwner: 'sessionRevoked',
  refreshReuse: 'refreshReplayed',
} as const;

/** Ends sessions: this replica refuses them at once, the others within a second. */
@Injectable()
export class SessionEnds implements OnModuleInit {
  constructor(
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
  ) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'identity.session-ends',
      objects: ['member'],
      phase: 'effects',
      order: 950,
      statements: (batch, written) => this.endWithMembership(batch, written),
    });
  }

  /** Ends one session; ending it again does nothing. */
  async revoke(sessionId: string, because: keyof typeof VERBS): Promise<void> {
    this.forgetEnded(await this.sessions.revoke(sessionId, because, tellEnded(because)));
  }

  /** Ends one of the person's own sessions. @returns false when they have no such session */
  async revokeOwn(identityId: string, sessionId: string): Promise<boolean> {
    const ended = await this.sessions.revokeOwn(
      identityId,
      sessionId,
      'revokedByOwner',
      tellEnded('revokedByOwner'),
    );
    this.forgetEnded(ended);
    return ended.length > 0;
  }

  /** Ends all of the person's sessions except this one. @returns how many */
  async revokeOthers(identityId: string, keepId: string): Promise<number> {
    const ended = await this.sessions.revokeOthers(
      identityId,
      keepId,
      'revokedByOwner',
      tellEnded('revokedByOwner'),
    );
    this.forgetEnded(ended);
    return ended.length;
  }

  /** Ends a session whose person switched to another company. */
  async leave(sessionId: string): Promise<void> {
    await this.sessions.leave(sessionId, tellEnded('loggedOut'));
  }

  /** Ends the sessions of a member of the context's company, if the member is not active. */
  async revokeOfInactive(memberId: string, because: string): Promise<void> {
    this.forgetEnded(await this.sessions.revokeOfInactive(requireTenant(), memberId, because));
  }

  /**
   * Ends sessions together with the membership. A restore also ends leftover ones, so that no session becomes valid
   * again.
   */
  private endWithMembership({ operation }: WriteBatch, written: WriteRow[]): Statement[] {
    if (operation !== 'delete' && operation !== 'restore') return [];
    return [
      this.sessions.endOfMembers(
        written.map((row) => row.id),
        'deleted',
      ),
    ];
  }

  /** Drops the cached snapshots of the tenants of ended sessions. */
  forgetEnded(ended: EndedSession[]): void {
    for (const { tenantId } of ended) this.access.forget(tenantId);
  }
}

const tellEnded =
  (because: keyof typeof VERBS): TellEnded =>
  (ended) =>
    ended.flatMap((session) =>
      memberEvent(
        session,
        VERBS[because],
        { session: { before: session.id } },
        because === 'refreshReuse' ? 'stranger' : 'member',
      ),
    );
