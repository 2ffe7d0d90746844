import { expect } from 'vitest';
import type pg from 'pg';
import type { TestApi, TestCompany } from './api-process.js';

const TABLES = [
  'account',
  'contact',
  'lead',
  'opportunity',
  'opportunity_line',
  'account_contact',
  'custom_record',
  'record_link',
  'record_tag',
  'external_id',
  'record_redirect',
  'record_share',
  'tag',
];

/** A company whose records are merged over HTTP, and given back. */
export class MergedCompany {
  constructor(
    private readonly api: TestApi,
    private readonly company: TestCompany,
    private readonly owner: pg.Client,
  ) {}

  call(method: string, path: string, body?: unknown) {
    return this.api.call(method, path, { token: this.company.token, body });
  }

  async made(path: string, body: unknown): Promise<any> {
    const answer = await this.call('POST', path, body);
    expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
    return answer.body;
  }

  async read(path: string): Promise<any> {
    return (await this.call('GET', path)).body;
  }

  /** Merges records after a preview that refuses nothing. @returns the id of the merge, and the preview */
  async merge(path: string, into: { id: string }, others: { id: string }[], values?: object) {
    const records = [];
    for (const { id } of [into, ...others]) {
      const { version } = await this.read(`${path}/${id}`);
      records.push({ id, version });
    }
    const body = { records, into: into.id, ...(values ? { values } : {}) };
    const preview = await this.call('POST', `${path}/merge/preview`, body);
    expect([preview.status, preview.body.refused], JSON.stringify(preview.body)).toEqual([200, []]);
    const { status, body: done } = await this.call('POST', `${path}/merge`, body);
    expect(status, JSON.stringify(done)).toBe(200);
    return { id: done.id as string, preview: preview.body };
  }

  async undo(id: string): Promise<any> {
    const { status, body } = await this.call('POST', '/undo', { cause: { kind: 'merge', id } });
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  }

  /** Contents of the company's tables, without versions, times and authors. */
  async contents(): Promise<Record<string, unknown[]>> {
    const found: Record<string, unknown[]> = {};
    for (const table of TABLES) {
      const { rows } = await this.owner.query(
        `select to_jsonb(t) - array['version', 'created_at', 'updated_at', 'updated_by_kind', 'updated_by_id', 'at'] as row
           from ${table} t where tenant_id = $1 order by 1`,
        [this.company.tenantId],
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  }
}
