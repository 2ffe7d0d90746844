import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { notFound, ProblemError, unauthorized } from '@pellucid/platform/errors';
import { type LinkHolder, type LinkTarget, SignedLinks } from '@pellucid/platform/signed-links';
import { SessionsRepository } from './sessions.repository.js';

/** Lets people in by signed links: the request acts as the person that the link was made for, while they may still act. */
@Injectable()
export class LinkEntrance {
  constructor(
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Opens a link and binds its company and person to the context. What they may do is for the caller to check.
   * @param what the link leads to, for the message: `The export`
   * @throws ProblemError 404 for anything that is no link to the target, 410 for an expired one; 401 and 403 when its person
   *   may no longer act
   */
  async enter(target: LinkTarget, link: string, what: string): Promise<LinkHolder> {
    const holder = this.links.open(target, link);
    if (!holder) throw notFound(what);
    if (holder === 'expired')
      throw new ProblemError(410, 'linkExpired', 'Expired', 'This link has expired. Get a new one.');
    const { tenantId, kind, actorId, identityId, sessionId } = holder;
    const context = currentContext();
    context.tenantId = tenantId;
    context.actor = { kind, id: actorId };
    if (kind === 'member') {
      Object.assign(context, { memberId: actorId, identityId, sessionId });
      const isAlive =
        identityId !== null &&
        sessionId !== null &&
        (await this.sessions.isAlive({ id: sessionId, identityId, tenantId, memberId: actorId }));
      if (!isAlive) throw unauthorized('sessionEnded', 'This session has ended. Log in again.');
    }
    this.directory.rolesOf(await this.directory.current());
    return holder;
  }
}
