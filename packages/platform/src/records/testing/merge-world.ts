import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { currentContext, runInContext } from '../../context/index.js';
import { UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { RecordUndo } from '../serve/record-undo.js';
import { type EngineApp, type EngineTenant, startEngine } from './engine-app.js';
import { sampleDescriptors } from './sample-objects.js';
import { createNotes, sampleNote } from './sample-note.js';
import { createOrderTables, sampleOrder } from './sample-order.js';

type Versioned = { id: string; version: number };

const TABLES = ['account', 'note', 'record_link', 'record_tag', 'external_id', 'record_redirect', 'tag'];

/** A tenant whose records are merged, and given back. */
export class MergeWorld {
  private made = 0;

  private constructor(
    readonly engine: EngineApp,
    readonly tenant: EngineTenant,
  ) {}

  /** Starts an engine with accounts, notes that link to anything, and orders with lines. */
  static async start(): Promise<MergeWorld> {
    const engine = await startEngine([...sampleDescriptors, sampleNote, sampleOrder]);
    await createNotes(engine);
    await createOrderTables(engine.admin);
    return new MergeWorld(engine, await engine.tenant());
  }

  /** Returns the same for another tenant of the engine. */
  async another(): Promise<MergeWorld> {
    return new MergeWorld(this.engine, await this.engine.tenant());
  }

  call(method: string, url: string, body?: unknown, who = this.tenant) {
    return this.engine.call(who, method, url, body);
  }

  async create(path: string, values: object = {}): Promise<any> {
    const answer = await this.call('POST', path, { name: `Record ${++this.made}`, ...values });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  }

  account(values: object = {}): Promise<any> {
    return this.create('/accounts', values);
  }

  async read(path: string): Promise<any> {
    return (await this.call('GET', path)).body;
  }

  /** Merges accounts. @returns the id of the merge */
  async merge(into: Versioned, others: Versioned[], values?: object): Promise<string> {
    const { status, body } = await this.call('POST', '/accounts/merge', mergeRequest(into, others, values));
    expect(status, JSON.stringify(body)).toBe(200);
    return body.id;
  }

  /** Undoes a merge or an undo. @returns the id of the undo, and what stays */
  async undo(kind: 'merge' | 'undo', id: string) {
    return this.engine.as(this.tenant, () => {
      const cause = { kind: 'undo' as const, id: randomUUID() };
      return runInContext({ ...currentContext(), cause }, async () => {
        const undos = this.engine.app.get(RecordUndo, { strict: false });
        const work = (uow: any) => undos.whole(uow, { cause: { kind, id } });
        const done = await this.engine.app.get(UnitOfWorkFactory, { strict: false }).run(work);
        return { id: cause.id, ...done };
      });
    });
  }

  /** Contents of the tenant's tables, without versions, times and authors. */
  async contents(): Promise<Record<string, unknown[]>> {
    const found: Record<string, unknown[]> = {};
    for (const table of TABLES) {
      const { rows } = await this.engine.admin.query(
        `select regexp_replace((to_jsonb(t) - array['version', 'created_at', 'updated_at', 'updated_by_kind', 'updated_by_id', 'at'])::text,
           '"deleted_at": "[^"]*"', '"deleted_at": true') as row
           from ${table} t where tenant_id = $1 order by 1`,
        [this.tenant.id],
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  }
}

/** A link to an account, as notes hold it. */
export const linkTo = ({ id }: { id: string }) => ({ object: 'account', id });

/** The request of a merge, with the versions that were looked at. */
export const mergeRequest = (into: Versioned, others: Versioned[], values?: object) => ({
  into: into.id,
  records: [into, ...others].map(({ id, version }) => ({ id, version })),
  ...(values ? { values } : {}),
});
