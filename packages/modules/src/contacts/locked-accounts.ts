import { averageTenant, type UnitOfWork } from '@pellucid/platform/db';

/** A link, read under the account's lock. */
interface Link {
  account: string;
  role: string | null;
  primary: boolean;
}

/** Primary contacts of accounts, read under the accounts' locks: a change of an account's links locks its row. */
export class LockedAccounts {
  /** Primary contact by account. */
  readonly primary = new Map<string, string>();
  private readonly locked = new Set<string>();
  private readonly living = new Set<string>();

  constructor(private readonly uow: UnitOfWork) {}

  /** Locks the accounts in the order of their ids, and the links of the contacts. */
  async lock(accounts: Iterable<string>, contacts: string[]): Promise<Map<string, Link[]>> {
    const wanted = [...new Set(accounts)].filter((id) => !this.locked.has(id)).sort();
    const [accountRows, primaries, links] = await this.uow.together([
      {
        text: `select id, deleted_at is null as living from account
                where tenant_id = ${averageTenant('$2')} and id = any($1::uuid[]) order by id for no key update`,
        values: [wanted, this.uow.tenantId],
      },
      {
        text: 'select account_id, contact_id from account_contact where account_id = any($1::uuid[]) and is_primary',
        values: [wanted],
      },
      {
        text: `select ac.contact_id, ac.account_id, ac.role, ac.is_primary from account_contact ac
                 join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
                where ac.contact_id = any($1::uuid[]) order by ac.position, ac.account_id`,
        values: [contacts],
      },
    ]);
    for (const id of wanted) this.locked.add(id);
    for (const a of accountRows!) if (a.living) this.living.add(a.id);
    for (const p of primaries!) this.primary.set(p.account_id, p.contact_id);
    const own = new Map<string, Link[]>(contacts.map((id) => [id, []]));
    for (const l of links!)
      own.get(l.contact_id)!.push({ account: l.account_id, role: l.role, primary: l.is_primary });
    // A link was added while we waited for the contact, so its account must be locked as well.
    const missed = links!.map((l) => l.account_id as string).filter((id) => !this.locked.has(id));
    return missed.length ? this.lock(missed, contacts) : own;
  }

  /** Whether the account exists and is not deleted. */
  isLiving(account: string): boolean {
    return this.living.has(account);
  }

  /** Returns the successor at each account: the longest-linked undeleted contact that is not leaving. */
  async successors(accounts: string[], leaving: string[]): Promise<Map<string, string>> {
    if (!accounts.length) return new Map();
    const rows = await this.uow.run({
      text: `select distinct on (ac.account_id) ac.account_id, ac.contact_id
               from account_contact ac join contact c on c.tenant_id = ac.tenant_id and c.id = ac.contact_id and c.deleted_at is null
              where ac.account_id = any($1::uuid[]) and ac.contact_id <> all($2::uuid[])
              order by ac.account_id, ac.linked_at, ac.contact_id`,
      values: [accounts, leaving],
    });
    return new Map(rows.map((r: any) => [r.account_id, r.contact_id]));
  }
}
