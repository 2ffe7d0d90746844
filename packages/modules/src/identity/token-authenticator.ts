import { Inject, Injectable } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, isUuid } from '@pellucid/platform/context';
import type { ApiRequest, Authenticator } from '@pellucid/platform/http';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { type AccessClaims, TOKEN_RULES } from './access-tokens.js';
import { invalidToken, sessionEnded } from './identity.errors.js';
import { SessionsRepository } from './sessions.repository.js';
import { TenantHint } from './tenant-hint.js';

/** Number of verified tokens in the cache, so that a frequent token's signature is checked once. About 1 kB each. */
const CACHE_SIZE = 5_000;
const bearer = ExtractJwt.fromAuthHeaderAsBearerToken();

/** Authenticates callers by their access token and binds tenant, member and session to the work context. */
@Injectable()
export class TokenAuthenticator implements Authenticator {
  /** Contains only verified tokens, so strangers cannot push them out. */
  private readonly verified = new LruMap<string, AccessClaims>(CACHE_SIZE);
  private readonly strategy: Strategy;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(TenantHint) private readonly hint: TenantHint,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
  ) {
    this.strategy = new Strategy(
      {
        jwtFromRequest: bearer,
        secretOrKey: config.JWT_SECRET,
        algorithms: [TOKEN_RULES.algorithm],
        issuer: TOKEN_RULES.issuer,
        audience: TOKEN_RULES.audience,
      },
      (claims: AccessClaims, done: (error: null, claims: AccessClaims | false) => void) =>
        done(
          null,
          [claims.sub, claims.tid, claims.mid, claims.sid].every(isUuid) && claims.exp ? claims : false,
        ),
    );
  }

  /**
   * @throws ProblemError 401 without a valid token, for an ended session or a former member; 403 for a suspended
   *   company; 404 when host or X-Tenant name a different company than the token
   */
  async authenticate(request: ApiRequest): Promise<void> {
    const claims = await this.claimsOf(request);
    const context = currentContext();
    context.tenantId = claims.tid;
    context.identityId = claims.sub;
    context.memberId = claims.mid;
    context.sessionId = claims.sid;
    context.actor = { kind: 'member', id: claims.mid };
    const snapshot = await this.access.current();
    this.access.rolesOf(snapshot);
    // The member in the token must still belong to the person in the token.
    if (snapshot.members.get(claims.mid)!.identityId !== claims.sub) throw invalidToken();
    this.hint.assertMatches(request, snapshot.tenantId, snapshot.subdomain);
    context.secondFactorPending = snapshot.settings.requireSecondFactor && !claims.amr?.includes('mfa');
  }

  /** Returns the claims of a request's token. @throws ProblemError 401 */
  async claimsOf(request: ApiRequest): Promise<AccessClaims> {
    const token = bearer(request as never);
    if (!token) throw invalidToken();
    const known = this.verified.get(token);
    if (known) {
      if (known.exp * 1000 <= Date.now()) {
        this.verified.delete(token);
        throw invalidToken();
      }
      return known;
    }
    if (demandsMore(token)) throw invalidToken();
    const claims = await this.verify(request);
    // Checked once per token; from then on the snapshot says which sessions have ended.
    if (!(await this.isOfLivingSession(claims))) throw sessionEnded();
    this.verified.set(token, claims);
    return claims;
  }

  private isOfLivingSession({ sid, sub, tid, mid }: AccessClaims): Promise<boolean> {
    return this.sessions.isAlive({ id: sid, identityId: sub, tenantId: tid, memberId: mid });
  }

  /** Runs the passport strategy, which reports its result by calling methods on itself. */
  private verify(request: ApiRequest): Promise<AccessClaims> {
    return new Promise((resolve, reject) => {
      const run = Object.create(this.strategy) as Strategy & Record<string, unknown>;
      run.success = (claims: AccessClaims) => resolve(claims);
      run.fail = () => reject(invalidToken());
      run.error = reject;
      run.authenticate(request as never);
    });
  }
}

/** Whether the header names extensions that must be understood (`crit`, RFC 7515 §4.1.11); we support none. */
function demandsMore(token: string): boolean {
  try {
    return 'crit' in JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString('utf8'));
  } catch {
    return true;
  }
}
