import { Controller, Inject } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { notFound } from '@pellucid/platform/errors';
import { Endpoint, Input, idParams, type ParsedInput } from '@pellucid/platform/http';
import { SessionEnds } from '../session-ends.js';
import { SessionsRepository } from '../sessions.repository.js';
import { endedSessionsAnswer, sessionsAnswer } from './auth.schemas.js';

/** Endpoints of the devices on which a person is logged in. */
@Controller()
export class SessionsController {
  constructor(
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/auth/sessions',
    summary: 'List your sessions in every company',
    tag: 'Log-in',
    operationId: 'listSessions',
    access: 'authenticated',
    person: true,
    responses: { 200: sessionsAnswer },
    sample: () => ({}),
  })
  async list() {
    const { identityId, sessionId } = currentContext();
    const sessions = await this.sessions.list(identityId!);
    return { data: sessions.map((session) => ({ ...session, current: session.id === sessionId })) };
  }

  @Endpoint({
    method: 'post',
    path: '/auth/sessions/end-others',
    summary: 'End all your other sessions',
    tag: 'Log-in',
    operationId: 'endOtherSessions',
    access: 'authenticated',
    person: true,
    // A second call finds no other session and ends none.
    idempotent: false,
    responses: { 200: endedSessionsAnswer },
    sample: () => ({}),
  })
  async endOthers() {
    const { identityId, sessionId } = currentContext();
    return { ended: await this.ends.revokeOthers(identityId!, sessionId!) };
  }

  @Endpoint({
    method: 'delete',
    path: '/auth/sessions/{id}',
    summary: 'End one of your sessions',
    tag: 'Log-in',
    operationId: 'endSession',
    access: 'authenticated',
    person: true,
    // Ending a session twice is refused with 404; there is nothing to replay.
    idempotent: false,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({ params: { id: world['session']! } }),
  })
  async end(@Input() input: ParsedInput): Promise<void> {
    if (!(await this.ends.revokeOwn(currentContext().identityId!, input.params.id)))
      throw notFound('The session');
  }
}
