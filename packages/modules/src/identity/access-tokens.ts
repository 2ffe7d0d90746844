import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { ACCESS_TOKEN_SECONDS } from './sessions.repository.js';

/** Who issues access tokens, for whom, and signed how: pinned on both sides. */
export const TOKEN_RULES = { issuer: 'pellucid', audience: 'pellucid-api', algorithm: 'HS256' } as const;

/** What an access token says. */
export interface AccessClaims {
  /** Identity. */
  sub: string;
  /** Tenant. */
  tid: string;
  /** Member. */
  mid: string;
  /** Session. */
  sid: string;
  /** How the person was known when the session began (RFC 8176): `mfa` with a second factor. */
  amr?: string[];
  /** Seconds since 1970. */
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
