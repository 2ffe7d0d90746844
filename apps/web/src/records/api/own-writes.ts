/** Records that own writes are remembered for. */
const MOST = 200;
/** By record: the versions that own writes started from, and those they ended with. */
const written = new Map<string, Map<number, number>>();
/** By record: the own write under way, with those that wait for it. */
const underWay = new Map<string, Promise<unknown>>();

/** The version that own writes made of a version; the version itself if somebody else wrote in between. */
function latestOwn(key: string, version: number): number {
  const steps = written.get(key);
  let latest = version;
  for (let next = steps?.get(latest); next !== undefined; next = steps?.get(latest)) latest = next;
  return latest;
}

function remember(key: string, from: number, to: number): void {
  // A greater step contains changes of others, which the user may not have seen.
  if (to !== from + 1) return;
  const steps = written.get(key) ?? new Map<number, number>();
  written.delete(key);
  written.set(key, steps.set(from, to));
  if (written.size > MOST) written.delete(written.keys().next().value!);
}

/**
 * Writes to a record after own writes to it that are under way, and on top of those that the page doesn't show yet:
 * without it, a second change right after a first one conflicts with the first.
 * @param key the record
 * @param version the version that the user saw
 * @param write receives the version to write on, returns what was stored
 */
export async function afterOwnWrites<Stored extends { version: number }>(
  key: string,
  version: number,
  write: (version: number) => Promise<Stored>,
): Promise<Stored> {
  const before = underWay.get(key);
  const turn = (async () => {
    await before?.catch(() => {});
    const from = latestOwn(key, version);
    const stored = await write(from);
    remember(key, from, stored.version);
    return stored;
  })();
  underWay.set(key, turn);
  try {
    return await turn;
  } finally {
    if (underWay.get(key) === turn) underWay.delete(key);
  }
}
