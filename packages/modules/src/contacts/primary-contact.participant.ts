import type { RecordService, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { LockedAccounts } from './locked-accounts.js';

/** Makes the longest-linked undeleted contact primary if the account has undeleted contacts but no primary one. */
const HEAL = `update account_contact t set is_primary = true from (
    select distinct on (ac.account_id) ac.tenant_id, ac.account_id, ac.contact_id
      from account_contact ac join contact c on c.tenant_id = ac.tenant_id and c.id = ac.contact_id and c.deleted_at is null
     where ac.account_id = any($1::uuid[])
       and not exists (select 1 from account_contact p where p.tenant_id = ac.tenant_id and p.account_id = ac.account_id and p.is_primary)
     order by ac.account_id, ac.linked_at, ac.contact_id) s
  where t.tenant_id = s.tenant_id and t.account_id = s.account_id and t.contact_id = s.contact_id`;

/** The same for all accounts of the contacts, including deleted accounts, for which no event is written. */
const HEAL_OF_CONTACTS = HEAL.replace(
  'any($1::uuid[])',
  'any(select account_id from account_contact where contact_id = any($1::uuid[]))',
);

const list = (value: unknown) => (value ?? []) as string[];

const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:contacts');

/** A contact that becomes primary because another one leaves. */
interface Succession {
  account: string;
  contact: string;
  /** The contact that leaves. */
  after: string;
}

/**
 * Keeps a contact's link fields consistent, and exactly one primary contact at every account that has contacts. When
 * the primary contact leaves, the longest-linked undeleted contact succeeds it; this is recorded as a separate change.
 */
export function primaryContactParticipants(records: RecordService): WriteParticipant[] {
  const successions = new WeakMap<WriteBatch, Succession[]>();
  return [
    {
      name: 'contacts.primary',
      objects: ['contact'],
      phase: 'derivations',
      order: 800,
      async run(batch) {
        if (batch.operation === 'restore') return comeBack(batch);
        const rows = batch.rows.filter(
          (r) => r.ok && (batch.operation === 'delete' || touchesLinks(batch, r)),
        );
        if (!rows.length) return;
        successions.set(
          batch,
          batch.operation === 'delete' ? await leave(batch, rows) : await relink(batch, rows),
        );
      },
      statements(batch, written) {
        const ids = written.map((r) => r.id);
        if (batch.operation === 'delete')
          return [
            {
              text: 'update account_contact set is_primary = false where contact_id = any($1::uuid[]) and is_primary',
              values: [ids],
            },
            { text: HEAL_OF_CONTACTS, values: [ids] },
          ];
        if (batch.operation === 'restore') return [{ text: HEAL_OF_CONTACTS, values: [ids] }];
        // The database may refuse a row that was to become primary; then a remaining row of the batch takes its place.
        const accounts = [
          ...new Set(written.filter((r) => r.changed('accounts')).flatMap((r) => list(r.after['accounts']))),
        ];
        return accounts.length ? [{ text: HEAL, values: [accounts] }] : [];
      },
    },
    {
      name: 'contacts.succession',
      objects: ['contact'],
      phase: 'effects',
      order: 800,
      async run(batch) {
        const written = new Set(batch.rows.flatMap((r) => (r.ok ? [r.id] : [])));
        const due = (successions.get(batch) ?? []).filter(({ after }) => written.has(after));
        await promote(batch, records, due);
      },
    },
  ];
}

/** A contact needs a name that its author may see. */
export const contactNameParticipant: WriteParticipant = {
  name: 'contacts.name',
  objects: ['contact'],
  phase: 'checks',
  order: 50,
  run(batch) {
    if (batch.operation === 'delete' || batch.operation === 'restore' || batch.mode === 'undo') return;
    for (const row of batch.rows) if (row.ok) checkName(row);
  },
};

function checkName(row: WriteRow): void {
  // A name that the author may not see does not count; otherwise the refusal would reveal that there is one.
  const names = ['firstName', 'lastName', 'email'];
  const isNamed = names.some((key) => row.sees(key) && String(row.after[key] ?? '').trim() !== '');
  if (!isNamed && (row.before === null || names.some((key) => row.mayChange(key))))
    row.refuse(
      'lastName',
      'required',
      'A contact needs a name. Enter "Last name", "First name" or "E-mail".',
    );
}

function touchesLinks(batch: WriteBatch, row: WriteRow): boolean {
  if (batch.operation === 'create')
    return !!row.given['account'] || !!row.given['role'] || list(row.given['accounts']).length > 0;
  return ['account', 'accounts', 'role', 'primaryOf'].some((key) => wantedIn(row, key) !== undefined);
}

/** The links that a write asks for; undefined where it leaves them as they are. */
interface Wanted {
  account: string | null | undefined;
  accounts: unknown;
  role: unknown;
  primaryOf: unknown;
}

/** Returns the value that a write asks for, or that undoing puts back; undefined if it leaves the field as it is. */
function wantedIn(row: WriteRow, key: string): unknown {
  return row.given[key] ?? (row.before && row.changed(key) ? (row.after[key] ?? null) : row.given[key]);
}

/** Settles the links of contacts. @returns who becomes primary outside of the batch */
async function relink(batch: WriteBatch, rows: WriteRow[]): Promise<Succession[]> {
  const locks = new LockedAccounts(batch.uow);
  const accounts = rows.flatMap((r) => [
    ...(r.after['account'] ? [r.after['account'] as string] : []),
    ...list(r.after['accounts']),
    ...list(r.before?.state['accounts']),
    ...list(r.after['primaryOf']),
  ]);
  const own = await locks.lock(
    accounts,
    rows.map((r) => r.id),
  );
  // Before the links are read again: what a write leaves as it is does not count as wanted then.
  const wanted = new Map(
    rows.map((row): [WriteRow, Wanted] => [
      row,
      {
        account: wantedIn(row, 'account') as Wanted['account'],
        accounts: wantedIn(row, 'accounts'),
        role: wantedIn(row, 'role'),
        primaryOf: wantedIn(row, 'primaryOf'),
      },
    ]),
  );
  const lost = new Map<string, string>();
  const fresh: { row: WriteRow; account: string }[] = [];
  const wishes: { row: WriteRow; account: string }[] = [];
  for (const row of rows) {
    const links = own.get(row.id)!;
    const before = links.map((l) => l.account);
    const primaryBefore = links.filter((l) => l.primary).map((l) => l.account);
    // The record was read before it was locked, so its links are read again.
    if (row.before)
      Object.assign(row.before.state, {
        account: before[0] ?? null,
        accounts: [...before].sort(),
        primaryOf: [...primaryBefore].sort(),
        role: links[0]?.role ?? null,
      });
    const next = nextAccounts(wanted.get(row)!, before);
    derive(row, 'account', next[0] ?? null);
    derive(row, 'accounts', [...next].sort());
    const { role, primaryOf } = wanted.get(row)!;
    if (role === undefined) derive(row, 'role', roleAt(batch, row, next[0], links));
    else if (role && !next.length)
      row.refuse('role', 'noAccount', '"Role" is the role at an account. Choose an "Account" too.');
    // Where accounts are merged, nobody asks for another primary contact.
    const asked = primaryOf !== undefined && !batch.merge ? list(primaryOf) : undefined;
    for (const account of primaryBefore)
      if (!next.includes(account) || (asked && !asked.includes(account))) lost.set(account, row.id);
    for (const account of asked ?? [])
      if (!primaryBefore.includes(account) && next.includes(account)) wishes.push({ row, account });
    for (const account of next) if (!before.includes(account)) fresh.push({ row, account });
  }
  for (const account of lost.keys()) locks.primary.delete(account);
  for (const { row, account } of wishes) locks.primary.set(account, row.id);
  const orphaned = [...lost.keys()].filter((account) => !locks.primary.has(account));
  const leaving = rows
    .filter((r) => [...lost.keys()].some((a) => !list(r.after['accounts']).includes(a)))
    .map((r) => r.id);
  for (const [account, contact] of await locks.successors(orphaned, leaving))
    locks.primary.set(account, contact);
  for (const { row, account } of fresh)
    if (row.ok && !locks.primary.has(account)) locks.primary.set(account, row.id);
  for (const row of rows)
    derive(
      row,
      'primaryOf',
      list(row.after['accounts']).filter((a) => locks.primary.get(a) === row.id),
    );
  const inBatch = new Set(rows.map((r) => r.id));
  return orphaned.flatMap((account) => {
    const contact = locks.primary.get(account);
    return contact && !inBatch.has(contact) ? [{ account, contact, after: lost.get(account)! }] : [];
  });
}

/** Returns the contact's role at its first account. It stays what it was if that account was merged into another one. */
function roleAt(
  { merge }: WriteBatch,
  row: WriteRow,
  account: string | undefined,
  links: { account: string; role: string | null }[],
): string | null {
  const known = links.find((l) => l.account === account);
  if (!known && merge && account === merge.into) return (row.before?.state['role'] ?? null) as string | null;
  return known?.role ?? null;
}

/** Returns the contact's accounts after the write, the first one first. */
function nextAccounts({ account, accounts }: Wanted, before: string[]): string[] {
  let next = before;
  if (account !== undefined && account !== (before[0] ?? null))
    next = [...(account ? [account] : []), ...before.slice(1).filter((a) => a !== account)];
  const all = accounts === undefined ? undefined : list(accounts);
  if (all) next = [...next.filter((a) => all.includes(a)), ...all.filter((a) => !next.includes(a))];
  return next;
}

/** Returns who succeeds contacts that are deleted. */
async function leave(batch: WriteBatch, rows: WriteRow[]): Promise<Succession[]> {
  const ids = rows.map((r) => r.id);
  const links = await batch.uow.run({
    text: 'select distinct account_id from account_contact where contact_id = any($1::uuid[])',
    values: [ids],
  });
  const locks = new LockedAccounts(batch.uow);
  await locks.lock(
    links.map((l: any) => l.account_id),
    ids,
  );
  const orphaned = [...locks.primary]
    .filter(([account, contact]) => ids.includes(contact) && locks.isLiving(account))
    .map(([account]) => account);
  const successors = await locks.successors(orphaned, ids);
  return [...successors].map(([account, contact]) => ({
    account,
    contact,
    after: locks.primary.get(account)!,
  }));
}

/** Makes restored contacts primary where there is no other primary contact. */
async function comeBack(batch: WriteBatch): Promise<void> {
  const rows = batch.rows.filter((r) => r.ok);
  if (!rows.length) return;
  const locks = new LockedAccounts(batch.uow);
  const own = await locks.lock(
    rows.flatMap((r) => list(r.after['accounts'])),
    rows.map((r) => r.id),
  );
  for (const row of rows) {
    for (const { account } of own.get(row.id)!)
      if (!locks.primary.has(account)) locks.primary.set(account, row.id);
    const primaryOf = own
      .get(row.id)!
      .flatMap((l) => (locks.primary.get(l.account) === row.id ? [l.account] : []));
    derive(row, 'primaryOf', primaryOf.sort());
  }
}

/** Makes contacts outside of the batch primary, each with its own event. */
async function promote(batch: WriteBatch, records: RecordService, wanted: Succession[]): Promise<void> {
  if (!wanted.length) return;
  const contacts = [...new Set(wanted.map((w) => w.contact))];
  const now = await batch.uow.run({
    text: `select ac.contact_id, ac.account_id from account_contact ac
             join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
            where ac.contact_id = any($1::uuid[]) and ac.is_primary`,
    values: [contacts],
  });
  const inputs = contacts.map((id) => {
    const primaryOf = [
      ...now.filter((n: any) => n.contact_id === id).map((n: any) => n.account_id as string),
      ...wanted.filter((w) => w.contact === id).map((w) => w.account),
    ];
    return { id, values: { primaryOf } };
  });
  await records.writer.write('contact', 'update', inputs, {
    uow: batch.uow,
    asks: 'product',
    opensReadOnly: true,
    atomic: true,
    mode: batch.mode,
    verb: 'becamePrimary',
  });
}
