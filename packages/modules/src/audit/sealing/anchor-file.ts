import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LruMap } from '@pellucid/conditions';
import { isUuid } from '@pellucid/platform/context';
import { type AnchorIndex, type Anchors, lineOf, sealOf } from './anchors.js';
import type { Seal } from './seal.js';

const FOLDER = 'audit-seals';
const ENDING = '.ndjson';
const NEWLINE = 10;

/** Position of a line in an anchor file. */
interface LineRange {
  start: number;
  end: number;
}

/** Maximum number of files whose end is remembered. One that is forgotten is read from its beginning. */
const MAX_SEEN = 10_000;

/**
 * Stores seals outside of the database: one append-only file per tenant in the data folder, with one line of JSON per
 * seal. Somebody who can rewrite the database cannot rewrite these.
 */
export class AnchorFiles implements Anchors<LineRange> {
  private readonly folder: string;
  /** Size up to which a file has been read, and the highest number found. */
  private readonly seen = new LruMap<string, { size: number; number: number }>(MAX_SEEN);

  /** @param dataDir the installation's data folder, shared by its workers */
  constructor(dataDir: string) {
    this.folder = resolve(dataDir, FOLDER);
  }

  /** Returns the path of a tenant's file. @throws RangeError for an invalid id */
  pathOf(tenantId: string): string {
    if (!isUuid(tenantId)) throw new RangeError('no id of a tenant');
    return join(this.folder, tenantId + ENDING);
  }

  /** Returns the tenants that have a file. */
  async tenants(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    return names
      .filter((name) => name.endsWith(ENDING) && isUuid(name.slice(0, -ENDING.length)))
      .map((name) => name.slice(0, -ENDING.length))
      .sort();
  }

  /** Appends the seal; it is on disk when the promise resolves. A line cut off by a crash is left as it is. */
  async append(seal: Seal): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.pathOf(seal.tenantId);
    const isNew = !(await stat(path).catch(() => null));
    const handle = await open(path, 'a+', 0o600);
    try {
      const { size } = await handle.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await handle.read(last, 0, 1, size - 1);
      const isCutOff = size > 0 && last[0] !== NEWLINE;
      await handle.appendFile(`${isCutOff ? '\n' : ''}${lineOf(seal)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isNew) await syncFolder(this.folder);
  }

  /** Returns the number of the last seal in the file; 0 if there is none. Parts read before are not read again. */
  async lastNumber(tenantId: string): Promise<number> {
    const path = this.pathOf(tenantId);
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    const known = this.seen.get(tenantId);
    const from = known && known.size <= size ? known : { size: 0, number: 0 };
    let number = from.number;
    if (size > from.size)
      for await (const { text } of linesOf(path, from.size))
        number = Math.max(number, sealOf(text)?.number ?? 0);
    this.seen.set(tenantId, { size, number });
    return number;
  }

  /** Indexes the lines of a file without keeping their content. Unreadable lines are left out. */
  async index(tenantId: string): Promise<AnchorIndex<LineRange>> {
    const places = new Map<number, LineRange>();
    const contradictions: number[] = [];
    const path = this.pathOf(tenantId);
    for await (const { text, ...range } of linesOf(path)) {
      const seal = sealOf(text);
      if (!seal) continue;
      const known = places.get(seal.number);
      if (!known) places.set(seal.number, range);
      else if ((await textAt(path, known)) !== text) contradictions.push(seal.number);
    }
    return { places, contradictions };
  }

  /** Returns the seal of a line. */
  async read(tenantId: string, range: LineRange): Promise<Seal | undefined> {
    return sealOf(await textAt(this.pathOf(tenantId), range));
  }
}

/** Yields the lines of a file with their positions; none if the file does not exist. */
async function* linesOf(path: string, offset = 0): AsyncGenerator<LineRange & { text: string }> {
  if (!(await stat(path).catch(() => null))) return;
  let rest: Buffer = Buffer.alloc(0);
  let start = offset;
  for await (const chunk of createReadStream(path, { start: offset })) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE, from)) {
      yield { start: start + from, end: start + at, text: rest.toString('utf8', from, at) };
      from = at + 1;
    }
    rest = rest.subarray(from);
    start += from;
  }
  if (rest.length) yield { start, end: start + rest.length, text: rest.toString('utf8') };
}

async function textAt(path: string, { start, end }: LineRange): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(end - start);
    await handle.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

/** A new file's name survives a power failure only if its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
