/** Writes of records that may be duplicates of each other wait for each other, so that the second one finds the first. */
import { createHash } from 'node:crypto';
import { requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';

/** Number of locks that the keys of a company share: a batch of hundreds of records must not fill the table of locks. */
const TURNS = 256;

/** Returns a statement that waits for transactions that work with one of the keys, and makes later ones wait. */
export function takeTurns(keys: Iterable<string>): Statement {
  const tenantId = requireTenant();
  const turns = new Set(
    [...keys].map((key) => createHash('sha256').update(key).digest().readUInt16BE() % TURNS),
  );
  const locks = [...turns].map((turn) =>
    createHash('sha256').update(`match/${tenantId}/${turn}`).digest().readBigInt64BE(),
  );
  // In order, so that two transactions can't wait for each other.
  locks.sort((a, b) => (a < b ? -1 : 1));
  return {
    text: 'select pg_advisory_xact_lock(key) from unnest($1::bigint[]) key',
    values: [locks.map(String)],
  };
}
