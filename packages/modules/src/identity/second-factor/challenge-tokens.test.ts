import { JwtService } from '@nestjs/jwt';
import { expect, test } from 'vitest';
import { TOKEN_RULES } from '../access-tokens.js';
import { ChallengeTokens } from './challenge-tokens.js';

const JWT_SECRET = 'a secret of a decent length 0123456789';
const tokens = new ChallengeTokens({ JWT_SECRET });
const claims = { identityId: crypto.randomUUID(), challengeId: crypto.randomUUID() };

test('a token leads back to its challenge, here only', () => {
  expect(tokens.read(tokens.issue(claims))).toEqual(claims);
  expect(new ChallengeTokens({ JWT_SECRET: `${JWT_SECRET}x` }).read(tokens.issue(claims))).toBeNull();
});

test('a token signed with the key of access tokens is not accepted, whatever its claims', () => {
  const { issuer, algorithm } = TOKEN_RULES;
  for (const audience of ['pellucid-api', 'pellucid-second-factor']) {
    const forged = new JwtService({ secret: JWT_SECRET }).sign(
      { sub: claims.identityId, jti: claims.challengeId },
      { issuer, algorithm, audience, expiresIn: 60 },
    );
    expect(tokens.read(forged), audience).toBeNull();
  }
});

test.each(['', 'nonsense', 'a.b.c'])('"%s" is no token', (token) => {
  expect(tokens.read(token)).toBeNull();
});

test('an unsigned token is not accepted', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [, body] = tokens.issue(claims).split('.');
  expect(tokens.read(`${part({ alg: 'none', typ: 'JWT' })}.${body}.`)).toBeNull();
});
