import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { normalizePassword } from './password-likeness.js';

/**
 * argon2id (the library's default) as OWASP's Password Storage Cheat Sheet requires: 19 MiB, two passes, one lane;
 * takes some 25 ms.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords, off the main thread. */
@Injectable()
export class PasswordHasher {
  /** A hash of no known password, so that unknown addresses take as long as known ones. */
  private readonly nobody = hash(randomBytes(32), COST);

  /** Returns the argon2id hash to store, in PHC string format. */
  hash(password: string): Promise<string> {
    return hash(normalizePassword(password), COST);
  }

  /** Checks a password. @param stored null if the person does not exist: takes the same time and returns false */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const matches = await verify(stored ?? (await this.nobody), normalizePassword(password));
    return stored !== null && matches;
  }
}
