import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { isUuid } from '@pellucid/platform/context';
import { CHALLENGE_MINUTES } from './second-factors.repository.js';

/** The claims of a challenge's token: which challenge, and whose. */
export interface ChallengeClaims {
  identityId: string;
  challengeId: string;
}

/** Tokens have their own audience and their own key, so they cannot pass for access tokens, or the reverse. */
const RULES = { issuer: 'pellucid', audience: 'pellucid-second-factor', algorithm: 'HS256' } as const;

/** Issues tokens that let their holder answer one challenge, and nothing else. */
@Injectable()
export class ChallengeTokens {
  private readonly jwt: JwtService;

  constructor(@Inject(CONFIG) config: Pick<Config, 'JWT_SECRET'>) {
    const { issuer, audience, algorithm } = RULES;
    this.jwt = new JwtService({
      secret: Buffer.from(hkdfSync('sha256', config.JWT_SECRET, '', 'pellucid:second-factor-token', 32)),
      signOptions: { issuer, audience, algorithm, expiresIn: CHALLENGE_MINUTES * 60 },
      verifyOptions: { issuer, audience, algorithms: [algorithm] },
    });
  }

  /** Returns a signed token for answering the challenge. */
  issue({ identityId, challengeId }: ChallengeClaims): string {
    return this.jwt.sign({ sub: identityId, jti: challengeId });
  }

  /** Verifies a token. @returns its claims; null if it is forged, expired, or meant for something else */
  read(token: string): ChallengeClaims | null {
    try {
      const { sub, jti } = this.jwt.verify<{ sub: unknown; jti: unknown }>(token);
      return isUuid(sub) && isUuid(jti) ? { identityId: sub, challengeId: jti } : null;
    } catch {
      return null;
    }
  }
}
