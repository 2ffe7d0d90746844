import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { Statement } from '@pellucid/platform/db';
import { RecordService, type WriteBatch, type WriteRow } from '@pellucid/platform/records';
import { memberEvent } from './security-log.js';
import { type EndedSession, SessionsRepository, type TellEnded } from './sessions.repository.js';

/** Why a session ends at the wish of somebody, and what the company's log calls it. */
const VERBS = {
  loggedOut: 'loggedOut',
  revokedByOwner: 'sessionRevoked',
  refreshReuse: 'refreshReplayed',
} as const;

/** Ends sessions, so that this replica knows at once and the others within a second. */
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

  /** Ends the person's sessions everywhere but in this one. @returns how many */
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

  /** Lets a session go whose person moved to another company. */
  async leave(sessionId: string): Promise<void> {
    await this.sessions.leave(sessionId, tellEnded('loggedOut'));
  }

  /** Ends the sessions of a member of the context's company who is not active; of others none. */
  async revokeOfInactive(memberId: string, because: string): Promise<void> {
    this.forgetEnded(await this.sessions.revokeOfInactive(requireTenant(), memberId, because));
  }

  /** Sessions end with the membership, and do not come back with it, whatever has let them live on. */
  private endWithMembership({ operation }: WriteBatch, written: WriteRow[]): Statement[] {
    if (operation !== 'delete' && operation !== 'restore') return [];
    return [
      this.sessions.endOfMembers(
        written.map((row) => row.id),
        'deleted',
      ),
    ];
  }

  /** Drops what this process knows about the tenants of ended sessions. */
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
