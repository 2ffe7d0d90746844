import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { badRequest } from '../../errors/index.js';

/** Where a list continues. */
export interface CursorPosition {
  /** Sort values of the last row, as text. */
  values: (string | null)[];
  id: string;
}

/**
 * Encrypts cursors. They contain sort values, so nobody may read or alter them, or use them for another list or tenant.
 */
export class CursorSealer {
  private readonly key: KeyObject;

  constructor(keyBase64: string) {
    this.key = createSecretKey(keyBase64, 'base64');
  }

  /** Returns the text of a cursor. @param binding what the cursor is valid for: tenant, object, sort, filter */
  seal(position: CursorPosition, binding: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    cipher.setAAD(digest(binding));
    const body = Buffer.concat([
      cipher.update(JSON.stringify([position.values, position.id]), 'utf8'),
      cipher.final(),
    ]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** Reads a cursor. @throws ProblemError 400 when it is not a cursor of this list */
  open(cursor: string, binding: string): CursorPosition {
    try {
      const raw = Buffer.from(cursor, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.key, raw.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(digest(binding));
      decipher.setAuthTag(raw.subarray(12, 28));
      const [values, id] = JSON.parse(
        Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8'),
      );
      return { values, id };
    } catch {
      throw badRequest(
        'invalidCursor',
        'The cursor belongs to another list. Use it with the same path, sort, filter and search, or start without one.',
        [{ pointer: '?cursor', code: 'invalidCursor', message: 'The cursor belongs to another list.' }],
      );
    }
  }
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
