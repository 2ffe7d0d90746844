/** A table with a column of every type, filled with random records, and the same records in memory. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { linkOf, normalizeText, type SqlContext, type SqlFieldAccess } from '../src/index.js';
import type { ProbeRecord } from './arbitraries.js';
import { FIELDS, LINES } from './sample-fields.js';

const TEXT_KEYS = ['name', 'notes', 'mail'];

const SCHEMA = `
  CREATE TABLE probe (
    id int PRIMARY KEY,
    name text, name_norm text COLLATE "C", notes text, notes_norm text COLLATE "C", mail text, mail_norm text COLLATE "C",
    whole bigint, rate bigint, amount bigint, active boolean, closed date, seen timestamptz, status text, regions text[],
    owner uuid, parent int, about_object text, about_id uuid
  );
  CREATE TABLE probe_link (probe int, to_object text, to_id uuid, role text);
  CREATE TABLE probe_label (probe int, label text);
  CREATE TABLE probe_watcher (probe int, member uuid);
`;

export class ProbeDatabase {
  private constructor(
    private readonly admin: pg.Client,
    private readonly name: string,
    readonly client: pg.Client,
  ) {}

  static async open(): Promise<ProbeDatabase> {
    const { adminUrl, run } = inject('pellucid' as never) as { adminUrl: string; run?: string };
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const name = `pellucid_test_${run ?? 'alone'}_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    // The session's own time zone must not affect any result.
    await client.query(`SET timezone = 'Asia/Tokyo'; SET datestyle = 'SQL, DMY'; ${SCHEMA}`);
    return new ProbeDatabase(admin, name, client);
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.admin.query(`DROP DATABASE ${this.name} WITH (FORCE)`);
    await this.admin.end();
  }

  /** Replaces the rows; returns the records as the evaluator reads them, by id, with parents nested. */
  async fill(records: ProbeRecord[]): Promise<Record<string, unknown>[]> {
    const parentOf = (record: ProbeRecord) =>
      record.parent === null ? null : record.parent % records.length;
    const rows = records.map((record, id) => ({
      ...record,
      id,
      parent: parentOf(record),
      ...aboutColumns(record['about'] as string | null),
      ...Object.fromEntries(
        TEXT_KEYS.map((key) => [
          `${key}_norm`,
          record[key] === null ? null : normalizeText(record[key] as string),
        ]),
      ),
      whole: toStored(record['whole'], 0),
      rate: toStored(record['rate'], 3),
      amount: toStored(record['amount'], 2),
    }));
    const linked = (key: string) =>
      records.flatMap((record, probe) => (record[key] as string[]).map((to) => ({ probe, to })));
    await this.client.query('TRUNCATE probe, probe_label, probe_watcher, probe_link');
    await this.client.query(
      'INSERT INTO probe SELECT * FROM jsonb_populate_recordset(null::probe, $1::jsonb)',
      [JSON.stringify(rows)],
    );
    await this.client.query(
      `WITH l AS (INSERT INTO probe_label SELECT probe, "to" FROM jsonb_to_recordset($1::jsonb) AS x(probe int, "to" text))
       INSERT INTO probe_watcher SELECT probe, "to" FROM jsonb_to_recordset($2::jsonb) AS x(probe int, "to" uuid)`,
      [JSON.stringify(linked('labels')), JSON.stringify(linked('watchers'))],
    );
    await this.client.query(
      `INSERT INTO probe_link SELECT probe, split_part("to", '/', 1), split_part("to", '/', 2)::uuid, nullif(split_part("to", '/', 3), '')
         FROM jsonb_to_recordset($1::jsonb) AS x(probe int, "to" text)`,
      [JSON.stringify(linked('subjects'))],
    );
    const nest = (id: number, depth: number): Record<string, unknown> => {
      const parent = parentOf(records[id]!);
      const reference = depth > 0 && parent !== null ? nest(parent, depth - 1) : null;
      return { ...records[id]!, parent: reference };
    };
    const childrenOf = (id: number) => records.filter((record) => parentOf(record) === id);
    return records.map((_, id) => ({ ...nest(id, 2), [LINES]: childrenOf(id) }));
  }

  /** Returns the ids that each predicate selects, all queried in one statement. */
  async select(fragments: { text: string; params: unknown[] }[]): Promise<number[][]> {
    const columns = fragments.map(
      ({ text }, i) => `ARRAY(SELECT t.id FROM probe t WHERE ${text} ORDER BY t.id) AS c${i}`,
    );
    const { rows } = await this.client.query(
      `SELECT ${columns.join(', ')}`,
      fragments.flatMap(({ params }) => params),
    );
    return fragments.map((_, i) => rows[0][`c${i}`]);
  }
}

/** Converts "12.5" at scale 2 to "1250", which the column stores. */
function toStored(value: unknown, scale: number): string | null {
  if (value === null) return null;
  const [whole, fraction = ''] = String(value).split('.');
  return BigInt(whole! + fraction.padEnd(scale, '0')).toString();
}

function aboutColumns(key: string | null) {
  const link = key === null ? undefined : linkOf(key);
  return { about_object: link?.object ?? null, about_id: link?.id ?? null };
}

/** Columns of probe; a path through `parent` uses EXISTS, with one alias per level. */
export const column: SqlContext['column'] = (path) => columnFrom(path, 't');

/** Lines of probe: the probes that have it as their parent. */
export const lines: SqlContext['lines'] = () => ({
  column: ([, ...path]) => columnFrom(path, 'ln'),
  exists: (predicate) => `EXISTS (SELECT FROM probe ln WHERE ln.parent = t.id AND ${predicate})`,
});

function columnFrom(path: string[], from: string): SqlFieldAccess {
  const build = (index: number, alias: string): SqlFieldAccess => {
    const key = path[index]!;
    if (index < path.length - 1) {
      const next = `p${index}`;
      const far = build(index + 1, next);
      const inner = far.exists ?? ((predicate) => predicate(far));
      return {
        ...far,
        exists: (predicate) =>
          `EXISTS (SELECT 1 FROM probe ${next} WHERE ${next}.id = ${alias}.parent AND ${inner(predicate)})`,
      };
    }
    if (key === 'labels')
      return {
        value: 'l.label',
        isElement: true,
        exists: (predicate) =>
          `EXISTS (SELECT 1 FROM probe_label l WHERE l.probe = ${alias}.id AND ${predicate({ value: 'l.label' })})`,
      };
    if (key === 'watchers')
      return {
        value: 'w.member',
        exists: (predicate) =>
          `EXISTS (SELECT 1 FROM probe_watcher w WHERE w.probe = ${alias}.id AND ${predicate({ value: 'w.member' })})`,
      };
    if (key === 'about') return linkColumn(`${alias}.about_object`, `${alias}.about_id`);
    if (key === 'subjects') {
      const link = linkColumn('s.to_object', 's.to_id', 's.role');
      return {
        ...link,
        isElement: true,
        exists: (predicate) =>
          `EXISTS (SELECT 1 FROM probe_link s WHERE s.probe = ${alias}.id AND ${predicate(link)})`,
      };
    }
    const isText = TEXT_KEYS.includes(FIELDS[key]!.key);
    return { value: `${alias}.${key}`, norm: isText ? `${alias}.${key}_norm` : undefined };
  };
  return build(0, from);
}

const linkColumn = (object: string, id: string, role?: string): SqlFieldAccess => ({
  value: `(${object} || '/' || ${id})`,
  link: { object, id, ...(role ? { role } : {}) },
});
