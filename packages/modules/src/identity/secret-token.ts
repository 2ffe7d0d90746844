import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** 256 random bits for a URL or a cookie. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. It has 256 bits of entropy, so a plain hash cannot be guessed back. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * The token that a job mails: another one for each job, the same for each attempt of it. A mail that goes out twice
 * because a worker died then carries the same link, and the job's payload carries none.
 */
export function tokenOfJob(masterKey: string, purpose: string, jobId: string): string {
  const key = hkdfSync(
    'sha256',
    Buffer.from(masterKey, 'base64'),
    '',
    `pellucid:mailed-token:${purpose}`,
    32,
  );
  return createHmac('sha256', Buffer.from(key)).update(jobId).digest('base64url');
}
