import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { normalizePassword } from './password-likeness.js';

/** argon2id (the library's default) as OWASP's Password Storage Cheat Sheet asks: 19 MiB, two passes, one lane; some 25 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords, off the main thread. */
@Injectable()
export class PasswordHasher {
  /** A hash nobody has the password of, so that unknown addresses cost as much time as known ones. */
  private readonly nobody = hash(randomBytes(32), COST);

  hash(password: string): Promise<string> {
    return hash(normalizePassword(password), COST);
  }

  /** @param stored null where there is no such person: takes the same time and answers false */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const matches = await verify(stored ?? (await this.nobody), normalizePassword(password));
    return stored !== null && matches;
  }
}
