import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isUuid } from '../context/index.js';
import { type FileStorage, StoredFileMissingError, type WrittenFile } from './file-storage.js';
import { MeteringStream } from './metering-stream.js';

const UNFINISHED = '.part';

/** Files on local disk: `<dataDir>/files/<tenant>/<id>`. */
export class LocalFileStorage implements FileStorage {
  private readonly root: string;

  /** @param dataDir the instance's data directory, shared by API and worker */
  constructor(dataDir: string) {
    this.root = resolve(dataDir, 'files');
  }

  async write(tenantId: string, id: string, content: Readable, limitBytes: number): Promise<WrittenFile> {
    const path = this.path(tenantId, id);
    const unfinished = path + UNFINISHED;
    await mkdir(join(this.root, tenantId), { recursive: true, mode: 0o700 });
    const meter = new MeteringStream(limitBytes);
    try {
      await pipeline(content, meter, createWriteStream(unfinished, { flags: 'wx', mode: 0o600 }));
      // Flushed to disk before it gets its name: a visible file is complete, even after a power failure.
      const handle = await open(unfinished);
      await handle.sync().finally(() => handle.close());
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    return meter.measured();
  }

  async read(tenantId: string, id: string, range?: { start: number; end: number }): Promise<Readable> {
    const path = this.path(tenantId, id);
    if (!(await stat(path).catch(() => null))) throw new StoredFileMissingError();
    return createReadStream(path, range ?? {});
  }

  async remove(tenantId: string, id: string): Promise<void> {
    await rm(this.path(tenantId, id), { force: true });
  }

  async sweep(before: Date): Promise<void> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !entry.name.endsWith(UNFINISHED)) continue;
      const path = join(entry.parentPath, entry.name);
      const found = await stat(path).catch(() => null);
      if (found && found.mtime < before) await rm(path, { force: true });
    }
  }

  /** Ids become path segments, so only UUIDs are accepted. */
  private path(tenantId: string, id: string): string {
    if (!isUuid(tenantId) || !isUuid(id)) throw new StoredFileMissingError();
    return join(this.root, tenantId, id);
  }
}
