import { crc32, constants, deflateRawSync, inflateRawSync } from 'node:zlib';

const STORED = 0;
const DEFLATED = 8;
/** The sizes of an entry follow its content (APPNOTE 4.4.4), and names are UTF-8. */
const SIZES_FOLLOW = 0x0808;
/** 1 January 1980: the first day that the format knows. Equal content makes equal files. */
const DAY = 0x0021;
const VERSION = 20;
/** Fields of 32 bits hold no more. */
const MOST_BYTES = 0xffff_ffff;

/** The archive would be larger than the format of 32 bits allows. */
export class ZipTooLargeError extends Error {
  override name = 'ZipTooLargeError';
}

interface Entry {
  name: Buffer;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  at: number;
}

/** How far the last entry is written. */
export interface ZipState {
  crc: number;
  packed: number;
  size: number;
}

/**
 * Writes a zip archive of small entries and one large last entry, in pieces that are made independently: each piece of the large
 * entry is compressed for itself, up to a byte, and the pieces behind one another are one stream (RFC 1951). No library of zip
 * archives can go on with an archive that another process began.
 */
export class ZipPieces {
  private readonly head: Buffer;
  private readonly entries: Entry[] = [];

  /**
   * @param small entries by name
   * @param large name of the last entry
   * @param state of the large entry; changes with each piece
   */
  constructor(
    small: Readonly<Record<string, string>>,
    large: string,
    readonly state: ZipState = { crc: 0, packed: 0, size: 0 },
  ) {
    const pieces: Buffer[] = [];
    let at = 0;
    const add = (entry: Entry, content: Buffer) => {
      const header = localHeader(entry);
      pieces.push(header, content);
      this.entries.push(entry);
      at += header.length + content.length;
    };
    for (const [name, text] of Object.entries(small)) {
      const content = Buffer.from(text);
      const { length } = content;
      add(
        {
          name: Buffer.from(name),
          flags: 0,
          method: STORED,
          crc: crc32(content),
          packed: length,
          size: length,
          at,
        },
        content,
      );
    }
    add(
      { name: Buffer.from(large), flags: SIZES_FOLLOW, method: DEFLATED, crc: 0, packed: 0, size: 0, at },
      Buffer.alloc(0),
    );
    this.head = Buffer.concat(pieces);
  }

  /** Returns what stands before the content of the large entry. */
  begin(): Buffer {
    return this.head;
  }

  /** Returns the next piece of the large entry. @throws ZipTooLargeError */
  piece(text: string): Buffer {
    return this.packed(Buffer.from(text), constants.Z_FULL_FLUSH);
  }

  /** Returns the last piece of the large entry and the directory. @throws ZipTooLargeError */
  end(text: string): Buffer {
    const last = this.packed(Buffer.from(text), constants.Z_FINISH);
    const { crc, packed, size } = this.state;
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(0x0807_4b50, 0);
    sizes.writeUInt32LE(crc, 4);
    sizes.writeUInt32LE(packed, 8);
    sizes.writeUInt32LE(size, 12);
    const large = this.entries.at(-1)!;
    const directory = Buffer.concat(
      [...this.entries.slice(0, -1), { ...large, crc, packed, size }].map(directoryEntry),
    );
    const at = this.head.length + packed + sizes.length;
    if (at > MOST_BYTES) throw new ZipTooLargeError();
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x0605_4b50, 0);
    end.writeUInt16LE(this.entries.length, 8);
    end.writeUInt16LE(this.entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(at, 16);
    return Buffer.concat([last, sizes, directory, end]);
  }

  /** Unpacks a piece of the large entry. @param isFirst whether it begins with {@link begin} */
  unpacked(piece: Buffer, isFirst: boolean): Buffer {
    return inflateRawSync(isFirst ? piece.subarray(this.head.length) : piece, {
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  }

  private packed(content: Buffer, finishFlush: number): Buffer {
    const packed = deflateRawSync(content, { level: 3, finishFlush });
    const { state } = this;
    state.crc = crc32(content, state.crc);
    state.packed += packed.length;
    state.size += content.length;
    if (state.size > MOST_BYTES) throw new ZipTooLargeError();
    return packed;
  }
}

function localHeader({ name, flags, method, crc, packed, size }: Entry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt16LE(DAY, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function directoryEntry({ name, flags, method, crc, packed, size, at }: Entry): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x0201_4b50, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt16LE(DAY, 14);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(packed, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(at, 42);
  return Buffer.concat([entry, name]);
}
