import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { FileTooLargeError, type WrittenFile } from './file-storage.js';

/** Passes content on, and measures and hashes it. Fails with FileTooLargeError beyond the limit. */
export class MeteringStream extends Transform {
  private readonly hash = createHash('sha256');
  /** Not `size`: S3 clients take a property of that name for the length of the whole content. */
  private passed = 0;

  /** @param limitBytes maximum size in bytes */
  constructor(private readonly limitBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.passed += chunk.length;
    if (this.passed > this.limitBytes) {
      done(new FileTooLargeError(this.limitBytes));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }

  /** Returns size and hash of what has passed. Call it once, at the end. */
  measured(): WrittenFile {
    return { size: this.passed, sha256: this.hash.digest('base64url') };
  }
}
