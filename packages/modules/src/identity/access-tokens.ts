import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { ACCESS_TOKEN_SECONDS } from './sessions.repository.js';

/** Issuer, audience and algorithm of access tokens; checked when tokens are read. */
export const TOKEN_RULES = { issuer: 'pellucid', audience: 'pellucid-api', algorithm: 'HS256' } as const;

/** The claims of an access token. */
export interface AccessClaims {
  /** Id of the identity. */
  sub: string;
  /** Id of the tenant. */
  tid: string;
  /** Id of the member. */
  mid: string;
  /** Id of the session. */
  sid: string;
  /** How the person authenticated when the session began (RFC 8176): `mfa` with a second factor. */
  amr?: string[];
  /** Expiry in seconds since 1970. */
  exp: number;
}

/** Issues access tokens: short-lived JWTs (RFC 7519) that name person, company and session. */
@Injectable()
export class AccessTokens {
  private readonly jwt: JwtService;

  constructor(@Inject(CONFIG) config: Config) {
    const { issuer, audience, algorithm } = TOKEN_RULES;
    this.jwt = new JwtService({
      secret: config.JWT_SECRET,
      signOptions: { issuer, audience, algorithm, expiresIn: ACCESS_TOKEN_SECONDS },
    });
  }

  /** Returns a signed token that is valid for {@link ACCESS_TOKEN_SECONDS}. */
  issue(of: {
    identityId: string;
    tenantId: string;
    memberId: string;
    sessionId: string;
    secondFactor: boolean;
  }): string {
    return this.jwt.sign({
      sub: of.identityId,
      tid: of.tenantId,
      mid: of.memberId,
      sid: of.sessionId,
      amr: of.secondFactor ? ['pwd', 'mfa'] : ['pwd'],
    });
  }
}
