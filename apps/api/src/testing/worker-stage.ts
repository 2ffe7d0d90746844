import { fileURLToPath } from 'node:url';
import {
  eventually,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import pg from 'pg';
import { registerCompany, type TestApi, type TestCompany, testApi } from './api-process.js';

const WORKER = fileURLToPath(new URL('../../../worker/src/main.ts', import.meta.url));

/** A company with an API and a database of its own, whose jobs are done by workers that a test starts and kills. */
export class WorkerStage {
  private workers: TestProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly api: TestApi,
    readonly company: TestCompany,
    /** Owns the tables, so it sees all rows. */
    readonly owner: pg.Client,
  ) {}

  /** Makes the database, the API and the company. @param environment of the API and its workers, in addition */
  static async open(environment: Record<string, string> = {}): Promise<WorkerStage> {
    const database = await testDatabase();
    const api = await testApi(database, [], undefined, environment);
    const company = await registerCompany(api);
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    return new WorkerStage(database, api, company, owner);
  }

  /** Starts a worker in a process of its own. */
  startWorker(environment = this.api.environment): TestProcess {
    const worker = typescriptProcess(WORKER, { env: environment });
    this.workers.push(worker);
    return worker;
  }

  /** How many workers run. */
  get workerCount(): number {
    return this.workers.length;
  }

  /** The worker that was started last. */
  get lastWorker(): TestProcess {
    return this.workers.at(-1)!;
  }

  /** Kills all workers. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.kill()));
  }

  /** Sends a request as the administrator. */
  call(method: string, path: string, body?: unknown, token = this.company.token) {
    return this.api.call(method, path, { token, body });
  }

  /** Waits until a job that people follow is done, and returns it. */
  completed(id: string): Promise<any> {
    return eventually(async () => {
      const { body } = await this.call('GET', `/bulk-jobs/${id}`);
      return body.status === 'completed' ? body : undefined;
    });
  }

  /** Returns the number of rows. @param from what follows `from` in SQL */
  async count(from: string): Promise<number> {
    return Number((await this.owner.query(`select count(*) as n from ${from}`)).rows[0].n);
  }

  /** Ends everything and drops the database. */
  async close(): Promise<void> {
    await this.killWorkers();
    await this.owner.end();
    await this.api.close();
    await this.database.drop();
  }
}
