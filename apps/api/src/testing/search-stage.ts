import { eventually } from '@pellucid/platform/testing';
import pg from 'pg';
import { expect } from 'vitest';
import { registerCompany, type TestCompany } from './api-process.js';
import { TestPeople } from './colleagues.js';
import type { WorkingApi } from './worker-in-process.js';

/** A company whose records are searched. */
export class SearchStage {
  private constructor(
    readonly api: WorkingApi,
    readonly company: TestCompany,
    readonly people: TestPeople,
    readonly owner: pg.Client,
  ) {}

  static async of(api: WorkingApi): Promise<SearchStage> {
    const company = await registerCompany(api);
    const owner = new pg.Client({ connectionString: api.database.ownerUrl });
    await owner.connect();
    const stage = new SearchStage(api, company, await TestPeople.of(api.database, api, company), owner);
    await stage.ready();
    return stage;
  }

  async end(): Promise<void> {
    await this.people.end();
    await this.owner.end();
  }

  call(method: string, path: string, body?: unknown, token = this.company.token) {
    return this.api.call(method, path, { token, body });
  }

  /** Creates a record. Returns its ID. */
  async made(path: string, body: unknown, token?: string): Promise<string> {
    const answer = await this.call('POST', path, body, token);
    expect([answer.status, answer.body.errors ?? answer.body.detail]).toEqual([201, undefined]);
    return answer.body.id;
  }

  async search(q: string, more: Record<string, string> = {}, token?: string) {
    const answer = await this.call('GET', `/search?${new URLSearchParams({ q, ...more })}`, undefined, token);
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body;
  }

  async ids(q: string, more: Record<string, string> = {}, token?: string): Promise<string[]> {
    return (await this.search(q, more, token)).data.map(({ id }: { id: string }) => id);
  }

  /** Waits until every visibility class belongs to the present rights and has its documents. */
  async ready(): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.owner.query(
        `select (select access_version from tenant where id = $1) = (select access_version from search_state where tenant_id = $1)
            and not exists (select from search_class where tenant_id = $1 and not is_ready)
            and not exists (select from job where tenant_id = $1 and name like 'search.%' and state in ('pending', 'running')) as yes`,
        [this.company.tenantId],
      );
      return rows[0].yes || undefined;
    });
  }

  /** Waits until the index has what is in the log. */
  async indexed(): Promise<void> {
    await eventually(async () => {
      const { rows } = await this.owner.query(
        `select not exists (select from event_outbox where tenant_id = $1) and
                (select position from feed_head where tenant_id = $1) =
                (select position from consumer_cursor where tenant_id = $1 and consumer = 'search') as yes`,
        [this.company.tenantId],
      );
      return rows[0].yes || undefined;
    });
  }
}
