import { Controller, Inject, Res } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { type ApiRequest, Endpoint, Input, type ParsedInput, RawRequest } from '@pellucid/platform/http';
import { AddressProofService } from '../address-proof.service.js';
import { InvitationsService } from '../invitations.service.js';
import { type Entry, type LogInAnswer, LogInService } from '../log-in.service.js';
import { MeService } from '../me.service.js';
import { PasswordService } from '../password.service.js';
import { RegistrationService } from '../registration.service.js';
import type { FactorAnswer } from '../second-factor/factor-check.js';
import { SessionsRepository } from '../sessions.repository.js';
import { SessionEnds } from '../session-ends.js';
import { TenantHint } from '../tenant-hint.js';
import { TokenAuthenticator } from '../token-authenticator.js';
import {
  acceptInviteBody,
  changePasswordBody,
  confirmBody,
  forgotBody,
  invitationLookAnswer,
  invitationLookBody,
  logInAnswer,
  logInBody,
  meAnswer,
  openedAnswer,
  ownChangeBody,
  registerBody,
  resetBody,
  switchBody,
} from './auth.schemas.js';
import { Devices } from './devices.js';
import { OwnSite } from './own-site.js';
import { type CookieReply, RefreshCookie } from './refresh-cookie.js';
import { secondFactorBody } from '../second-factor/http/second-factor.schemas.js';

const tag = 'Log-in';
/**
 * Responses of this group contain tokens, which must not be stored for a repeated request. Repeating a write does no
 * harm: it is refused, or opens another session.
 */
const idempotent = false;

/** Endpoints for registration, log-in and one's own password. */
@Controller()
export class AuthController {
  constructor(
    @Inject(RegistrationService) private readonly registration: RegistrationService,
    @Inject(LogInService) private readonly logIns: LogInService,
    @Inject(InvitationsService) private readonly invitations: InvitationsService,
    @Inject(PasswordService) private readonly passwords: PasswordService,
    @Inject(AddressProofService) private readonly proofs: AddressProofService,
    @Inject(MeService) private readonly meService: MeService,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(RefreshCookie) private readonly cookie: RefreshCookie,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(OwnSite) private readonly site: OwnSite,
    @Inject(TenantHint) private readonly hint: TenantHint,
    @Inject(TokenAuthenticator) private readonly authenticator: TokenAuthenticator,
  ) {}

  @Endpoint({
    method: 'post',
    path: '/auth/register',
    summary: 'Register a company and its first administrator',
    description:
      'Responds like a log-in. If the e-mail already has a log-in, send its password, which stays as it is.',
    tag,
    operationId: 'register',
    access: 'public',
    idempotent,
    body: registerBody,
    status: 201,
    responses: { 201: logInAnswer },
    sample: () => ({ body: {} }),
  })
  async register(
    @Input() input: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Entry['answer']> {
    this.site.assertOwnOrigin(request);
    const entry = await this.registration.register(input.body, this.devices.of(request));
    return this.entered(request, reply, entry);
  }

  @Endpoint({
    method: 'post',
    path: '/auth/login',
    summary: 'Log in',
    description:
      'Opens the company named by `tenant`, the subdomain or X-Tenant; otherwise the one used last. People with a second factor get `secondFactor` instead and finish with POST /auth/second-factor.',
    tag,
    operationId: 'logIn',
    access: 'public',
    idempotent,
    body: logInBody,
    responses: { 200: logInAnswer },
    sample: () => ({ body: {} }),
  })
  async logIn(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Entry['answer']> {
    this.site.assertOwnOrigin(request);
    const wanted = [...(body.tenant === undefined ? [] : [body.tenant]), ...this.hint.of(request)];
    const entry = await this.logIns.logIn(body.email, body.password, wanted, this.devices.of(request));
    return this.entered(request, reply, entry);
  }

  @Endpoint({
    method: 'post',
    path: '/auth/second-factor',
    summary: 'Finish a log-in with the second factor',
    description:
      'Takes the `token` of a log-in that responded with `secondFactor`, and an authenticator app code, a recovery code or a passkey assertion. Five wrong attempts invalidate the token.',
    tag,
    operationId: 'finishLogIn',
    access: 'public',
    idempotent,
    body: secondFactorBody,
    responses: { 200: openedAnswer },
    sample: () => ({ body: { token: 'x', method: 'totp', code: '000000' } }),
  })
  async finishLogIn(
    @Input() { body: { token, ...answer } }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<LogInAnswer> {
    this.site.assertOwnOrigin(request);
    return this.entered(
      request,
      reply,
      await this.logIns.finish(token, answer as FactorAnswer, this.devices.of(request)),
    );
  }

  @Endpoint({
    method: 'post',
    path: '/auth/refresh',
    summary: 'Exchange the refresh cookie for a new access token',
    description:
      'Needs only the cookie. Each refresh token works once. If the response was lost, repeat the request within 30 seconds. Any other reuse of a token ends its session, so let only one tab refresh at a time.',
    tag,
    operationId: 'refresh',
    access: 'public',
    idempotent,
    responses: { 200: openedAnswer },
    sample: () => ({}),
  })
  async refresh(
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<LogInAnswer> {
    this.site.assertOwnOrigin(request);
    const session = await this.logIns.refresh(this.cookie.read(request), this.hint.of(request));
    this.cookie.set(request, reply, session.refreshToken);
    return session.answer;
  }

  @Endpoint({
    method: 'post',
    path: '/auth/logout',
    summary: 'Log out',
    description: 'Ends the sessions of the cookie and of the bearer token, if sent.',
    tag,
    operationId: 'logOut',
    access: 'public',
    idempotent,
    status: 204,
    responses: { 204: null },
    sample: () => ({}),
  })
  async logOut(
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<void> {
    this.site.assertOwnOrigin(request);
    const token = this.cookie.read(request);
    const session = token ? await this.sessions.findByToken(token) : null;
    if (session) await this.ends.revoke(session.id, 'loggedOut');
    // Logging out with an expired token is not an error: there is no session to end.
    const claims = request.headers.authorization
      ? await this.authenticator.claimsOf(request).catch(() => null)
      : null;
    if (claims && claims.sid !== session?.id) await this.ends.revoke(claims.sid, 'loggedOut');
    this.cookie.clear(request, reply);
  }

  @Endpoint({
    method: 'get',
    path: '/auth/me',
    summary: 'Get the current person, company and rights',
    tag,
    operationId: 'getMe',
    access: 'authenticated',
    person: true,
    beforeSecondFactor: true,
    responses: { 200: meAnswer },
    sample: () => ({}),
  })
  me() {
    return this.meService.me();
  }

  @Endpoint({
    method: 'patch',
    path: '/auth/me',
    summary: "Change one's own language",
    description: 'The language goes with the log-in and holds on every device.',
    tag,
    operationId: 'changeMe',
    access: 'authenticated',
    person: true,
    idempotent,
    body: ownChangeBody,
    responses: { 200: meAnswer },
    sample: () => ({ body: { language: 'de' } }),
  })
  changeMe(@Input() { body }: ParsedInput) {
    return this.meService.chooseLanguage(body.language);
  }

  @Endpoint({
    method: 'post',
    path: '/auth/switch',
    summary: 'Switch to another of your companies',
    tag,
    operationId: 'switchCompany',
    access: 'authenticated',
    person: true,
    beforeSecondFactor: true,
    idempotent,
    body: switchBody,
    responses: { 200: logInAnswer },
    sample: (world) => ({ body: { tenantId: world['tenant'] } }),
  })
  async switch(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Entry['answer']> {
    this.site.assertOwnOrigin(request);
    const { identityId, sessionId } = currentContext();
    const present = { identityId: identityId!, sessionId: sessionId! };
    const entry = await this.logIns.switchTo(body.tenantId, present, this.devices.of(request));
    return this.entered(request, reply, entry);
  }

  @Endpoint({
    method: 'post',
    path: '/auth/accept-invite',
    summary: 'Accept an invitation',
    description:
      'Responds like a log-in. New people set a password; people who already have a log-in send theirs, which stays as it is. A log-in with an unconfirmed address is taken over with this password, and everything set up before ends.',
    tag,
    operationId: 'acceptInvitation',
    access: 'public',
    idempotent,
    body: acceptInviteBody,
    responses: { 200: logInAnswer },
    sample: () => ({ body: {} }),
  })
  async acceptInvite(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<Entry['answer']> {
    this.site.assertOwnOrigin(request);
    return this.entered(request, reply, await this.invitations.accept(body, this.devices.of(request)));
  }

  @Endpoint({
    method: 'post',
    path: '/auth/invitation',
    summary: 'Get an invitation',
    description: 'Requires the token of an open invitation.',
    tag,
    operationId: 'lookUpInvitation',
    access: 'public',
    idempotent,
    reads: true,
    body: invitationLookBody,
    responses: { 200: invitationLookAnswer },
    sample: () => ({ body: {} }),
  })
  lookUpInvitation(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest) {
    return this.invitations.lookUp(body.token, this.devices.of(request));
  }

  @Endpoint({
    method: 'post',
    path: '/auth/verify-email',
    summary: 'Confirm your e-mail address with a mailed link',
    description:
      'For the logged-in person; their other sessions end. Without a session, send the token to POST /auth/reset-password, which takes over the log-in and ends everything set up before.',
    tag,
    operationId: 'confirmEmail',
    access: 'authenticated',
    person: true,
    beforeSecondFactor: true,
    idempotent,
    body: confirmBody,
    status: 204,
    responses: { 204: null },
    sample: () => ({ body: {} }),
  })
  async confirmEmail(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.proofs.confirm(body.token, this.devices.of(request));
  }

  @Endpoint({
    method: 'post',
    path: '/auth/verify-email/resend',
    summary: 'Resend the mail that confirms the e-mail address',
    tag,
    operationId: 'resendConfirmation',
    access: 'authenticated',
    person: true,
    beforeSecondFactor: true,
    idempotent,
    status: 204,
    responses: { 204: null },
    sample: () => ({}),
  })
  async resendConfirmation(): Promise<void> {
    await this.proofs.resend();
  }

  @Endpoint({
    method: 'post',
    path: '/auth/forgot-password',
    summary: 'Request a link to set a new password',
    description: 'The response is the same whether or not the person exists.',
    tag,
    operationId: 'forgotPassword',
    access: 'public',
    idempotent,
    body: forgotBody,
    status: 204,
    responses: { 204: null },
    sample: () => ({ body: {} }),
  })
  async forgotPassword(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.passwords.forgot(body.email, this.devices.of(request));
  }

  @Endpoint({
    method: 'post',
    path: '/auth/reset-password',
    summary: 'Set a new password with a mailed link',
    description:
      "Ends all sessions of the person. The link also confirms the address. If it wasn't confirmed before, earlier second factors and API keys are removed.",
    tag,
    operationId: 'resetPassword',
    access: 'public',
    idempotent,
    body: resetBody,
    status: 204,
    responses: { 204: null },
    sample: () => ({ body: {} }),
  })
  async resetPassword(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: CookieReply,
  ): Promise<void> {
    this.site.assertOwnOrigin(request);
    const identityId = await this.passwords.reset(body.token, body.password, this.devices.of(request));
    // The mail proves who the person is, so from this device they can log in even while strangers guess at their
    // account.
    this.devices.remember(request, reply, identityId);
  }

  @Endpoint({
    method: 'post',
    path: '/auth/change-password',
    summary: 'Change your password',
    description: "Ends the person's other sessions.",
    tag,
    operationId: 'changePassword',
    access: 'authenticated',
    person: true,
    idempotent,
    body: changePasswordBody,
    status: 204,
    responses: { 204: null },
    sample: () => ({ body: {} }),
  })
  async changePassword(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.passwords.change(body.currentPassword, body.newPassword, this.devices.of(request));
  }

  /** Sends the refresh token to the browser, and marks its device as known. */
  private entered<E extends Entry>(request: ApiRequest, reply: CookieReply, entry: E): E['answer'] {
    if (entry.refreshToken !== null) {
      this.cookie.set(request, reply, entry.refreshToken);
      this.devices.remember(request, reply, (entry.answer as LogInAnswer).user.id);
    }
    return entry.answer;
  }
}
