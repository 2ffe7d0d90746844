/** Bounds of caches by locale and by zone. Both may be written in more ways than there are of them. */
export const MOST_LOCALES = 200;
export const MOST_ZONES = 600;

/**
 * A map for caches: beyond its bound it forgets the entry that was used longest ago. Reading an entry uses it. Every cache
 * whose keys come from outside (tenants, texts, addresses, zones) is one, so that nobody can fill the memory.
 */
export class LruMap<Key, Value> {
  /** Least recently used first. */
  private readonly entries = new Map<Key, Value>();

  /**
   * @param bound maximum number of entries, at least 1
   * @param onForget called for each entry that makes room for another; not for deleted and replaced ones
   */
  constructor(
    readonly bound: number,
    private readonly onForget?: (key: Key, value: Value) => void,
  ) {
    if (!Number.isInteger(bound) || bound < 1)
      throw new RangeError('the bound of a cache is a whole number from 1');
  }

  /** Number of entries. */
  get size(): number {
    return this.entries.size;
  }

  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): this {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.bound) {
      const [oldest] = this.entries as Iterable<[Key, Value]>;
      this.entries.delete(oldest![0]);
      this.onForget?.(...oldest!);
    }
    return this;
  }

  /** Returns the value, after making it if there is none. */
  getOrMake(key: Key, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  delete(key: Key): boolean {
    return this.entries.delete(key);
  }
}
