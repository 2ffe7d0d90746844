import { newId } from '../describe/ids.js';
import { normOf } from '../describe/field-values.js';
import { type DealsWorld, dealsWorld } from './deals-world.js';
import type { EngineApp } from './engine-app.js';

/** A memo as a test wants it. Accounts, tags, deals and owners are positions in the world's lists. */
export interface StoredMemo {
  owner: number | null;
  kind: 'open' | 'private' | null;
  account: number | null;
  tags: number[];
  about: { object: 'account' | 'tag'; at: number } | null;
  deals: number[];
}

/** A file: its owner and the memos that it is linked to, by position. */
export interface StoredFile {
  owner: number | null;
  memos: number[];
}

/** A share of a record with a person. */
export interface StoredShare {
  object: 'memo' | 'file' | 'account' | 'deal' | 'tag';
  at: number;
  access: 'read' | 'edit';
}

/** A company with two deals, eight accounts and three tags, to which memos are linked. */
export interface MemosWorld extends DealsWorld {
  /** Replaces all memos, files and shares. Shares are with the given member, who is the owner at position 0. */
  fill(content: {
    person: string;
    memos: StoredMemo[];
    files: StoredFile[];
    shares: StoredShare[];
    /** Owners of accounts, tags and deals by position, and which of them are deleted. */
    owners: Record<'account' | 'tag' | 'deal', number[]>;
    deleted: Record<'account' | 'tag' | 'deal', number[]>;
  }): Promise<{ memos: string[]; files: string[] }>;
}

const TABLES = { account: 'account', tag: 'tag', deal: 'opportunity' } as const;

/** Creates the company. The engine must know memos and files, and their tables must exist. */
export async function memosWorld(engine: EngineApp): Promise<MemosWorld> {
  const deal = {
    name: 'Deal',
    composed: false,
    account: null,
    owner: 0,
    amount: null,
    currency: 'EUR',
    closeDate: null,
    closedAt: null,
    probability: null,
    type: null,
    nextStep: null,
    tags: [],
    custom: {},
  };
  const world = await dealsWorld(engine, { zone: 'UTC', weekStart: 1, fiscalYearStartMonth: 1 }, [
    deal,
    deal,
  ]);
  const { id: tenant } = world.tenant;
  const sql = (text: string, values: unknown[]) => engine.admin.query(text, [tenant, ...values]);
  const link = (from: string, fromId: string, to: string, toId: string, kind = to) =>
    sql(
      `insert into record_link (tenant_id, from_object, from_id, kind, to_object, to_id) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [from, fromId, kind, to, toId],
    );
  const lists = { account: world.accounts, tag: world.tags, deal: world.deals };

  return {
    ...world,
    async fill({ person, memos, files, shares, owners, deleted }) {
      const ownerAt = (at: number | null) => (at === null ? null : [person, ...world.members][at]!);
      for (const table of ['memo', 'memo_file', 'record_link', 'record_share'])
        await sql(`delete from ${table} where tenant_id = $1`, []);
      for (const object of ['account', 'tag', 'deal'] as const)
        for (const [at, id] of lists[object].entries())
          await sql(
            `update ${TABLES[object]} set owner_id = $3, deleted_at = case when $4 then now() end where tenant_id = $1 and id = $2`,
            [id, ownerAt(owners[object][at]!), deleted[object].includes(at)],
          );
      const insert = async (table: string, name: string, owner: number | null) => {
        const id = newId();
        await sql(
          `insert into ${table} (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, owner_id, created_at, created_by_kind, updated_at, updated_by_kind)
           values ($1, $2, $3, $4, $4, $3, $4, $5, now(), 'system', now(), 'system')`,
          [id, name, normOf(name), ownerAt(owner)],
        );
        return id;
      };
      const memoIds: string[] = [];
      for (const [n, memo] of memos.entries()) {
        const id = await insert('memo', `Memo ${n % 4}`, memo.owner);
        memoIds.push(id);
        const { about } = memo;
        await sql(
          `update memo set kind = $3, account_id = $4, about_object = $5, about_id = $6, secret = 'told', secret_norm = 'told' where tenant_id = $1 and id = $2`,
          [
            id,
            memo.kind,
            memo.account === null ? null : world.accounts[memo.account],
            about?.object ?? null,
            about && lists[about.object][about.at],
          ],
        );
        for (const at of memo.tags) await link('memo', id, 'tag', world.tags[at]!);
        for (const at of memo.deals) await link('memo', id, 'deal', world.deals[at]!, 'subject');
      }
      const fileIds: string[] = [];
      for (const file of files) {
        const id = await insert('memo_file', 'File', file.owner);
        fileIds.push(id);
        for (const at of file.memos) await link('file', id, 'memo', memoIds[at]!);
      }
      const shareable = { ...lists, memo: memoIds, file: fileIds };
      for (const { object, at, access } of shares)
        await sql(
          `insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access) values ($1, $2, $3, $4, 'member', $5, $6) on conflict do nothing`,
          [newId(), object, shareable[object][at], person, access],
        );
      return { memos: memoIds, files: fileIds };
    },
  };
}
