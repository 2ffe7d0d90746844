import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@pellucid/platform/db';
import { forbidden, notFound, unprocessable } from '@pellucid/platform/errors';
import {
  type AccessNotes,
  accessNotes,
  fieldNotWritable,
  type IdempotencyRequest,
  notInClear,
  listWhere,
  QueryParts,
  RecordService,
  type WriteInput,
  normOf,
} from '@pellucid/platform/records';
import { AccountContactsRepository } from './account-contacts.repository.js';

/** A contact in the list of an account. */
export interface AccountContact {
  /** The name is empty if it is withheld. */
  contact: { id: string; name: string };
  /** Missing if the caller does not see the contact's field. */
  role?: string | null;
  isPrimary?: boolean;
}

/** A list of contacts; `meta.access` lists the fields of contacts that are withheld. */
export interface AccountContactList {
  data: AccountContact[];
  page: { nextCursor: null; hasMore: boolean };
  meta?: { access: AccessNotes };
}

/** What to set on a link; what is left out stays as it is. */
export interface LinkWish {
  role?: string | null | undefined;
  isPrimary?: boolean | undefined;
}

/** Maximum number of contacts in the list; more are available in the contacts' own list. */
const LIST_LIMIT = 1000;

/** Fields of contacts that are shown with a link. */
const LINK_FIELDS = ['role', 'primaryOf'];

/**
 * Links between accounts and contacts, from the account's side. Each change is an update of the contact, with its
 * event.
 */
@Injectable()
export class AccountContactsService {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccountContactsRepository) private readonly repository: AccountContactsRepository,
  ) {}

  /**
   * Returns the contacts of an account that the caller may see, the primary one first.
   * @throws ProblemError 404, 422 when the caller does not see which accounts contacts belong to
   */
  async list(accountId: string, contactId?: string): Promise<AccountContactList> {
    const { reader } = this.records;
    await reader.get('account', accountId, { fields: [] });
    const context = await reader.contextFor('contact');
    const rules = context.access.rules('contact', context.snapshot);
    if (!rules.canFilter('accounts')) throw notInClear('?filter', 'accounts');
    const parts = new QueryParts();
    const where = listWhere(context, parts, undefined, undefined, false);
    where.push(`ac.account_id = ${parts.param(accountId)}::uuid`);
    if (contactId) where.push(`ac.contact_id = ${parts.param(contactId)}::uuid`);
    const found = await this.repository.links({ parts, where }, LIST_LIMIT + 1, rules.canFilter('primaryOf'));
    const rows = found.slice(0, LIST_LIMIT);
    const names = await reader.visibleNames(
      'contact',
      rows.map((r) => r.id),
    );
    const shown = LINK_FIELDS.map((key) => context.descriptor.byKey.get(key)!);
    const notes = accessNotes(context.descriptor, rules, shown);
    return {
      data: rows.map((r) => ({
        contact: { id: r.id, name: names.get(r.id) ?? '' },
        ...(notes?.['role'] ? {} : { role: r.role }),
        ...(notes?.['primaryOf'] ? {} : { isPrimary: r.is_primary }),
      })),
      page: { nextCursor: null, hasMore: found.length > LIST_LIMIT },
      ...(notes ? { meta: { access: notes } } : {}),
    };
  }

  /**
   * Links a contact to an account, or changes the link.
   * @throws ProblemError 404 for either, 403 if the caller may not change the former primary contact, 422 if the
   *   account would be left without a primary contact or the caller may not change these fields of contacts
   */
  async link(
    accountId: string,
    contactId: string,
    wish: LinkWish,
    idempotency?: IdempotencyRequest,
  ): Promise<AccountContact> {
    await this.records.reader.get('account', accountId, { fields: [] });
    await this.records.unit(idempotency, async (uow) => {
      const { own, primary, role, linked } = await this.read(uow, accountId, contactId, wish);
      const isFirst = own.length === 0 || own[0]!.id === accountId;
      const mine = own.filter((a) => a.primary).map((a) => a.id);
      const target: WriteInput & { values: Record<string, unknown> } = {
        id: contactId,
        values: {},
        verb: 'contactLinked',
      };
      const inputs = [target];
      if (!linked) target.values['accounts'] = [...own.map((a) => a.id), accountId];
      if (wish.isPrimary === true && primary !== contactId) {
        target.values['primaryOf'] = [...mine, accountId];
        if (primary) await this.assertMayReplace(uow, primary);
        if (primary)
          inputs.push({
            id: primary,
            values: { primaryOf: await this.primaryOf(uow, primary, accountId) },
            verb: 'primaryReplaced',
          });
      }
      if (wish.isPrimary === false && (primary === contactId || !primary)) {
        const heir = primary ? await this.longestLinked(uow, accountId, contactId) : undefined;
        if (!heir) throw onlyContact();
        target.values['primaryOf'] = mine.filter((id) => id !== accountId);
        inputs.push({
          id: heir,
          values: { primaryOf: [...(await this.primaryOf(uow, heir, accountId)), accountId] },
          verb: 'becamePrimary',
        });
      }
      const newRole = wish.role === undefined || (wish.role || null) === role ? undefined : wish.role || null;
      if (newRole !== undefined && isFirst) target.values['role'] = newRole;
      // Roles at further accounts are not a field of the contact, so the event only says that the link changed.
      else if (newRole !== undefined) target.touch = true;
      await this.write(uow, inputs);
      if (newRole !== undefined && !isFirst)
        await uow.run({
          text: 'update account_contact set role = $3, role_norm = $4 where account_id = $1 and contact_id = $2',
          values: [accountId, contactId, newRole, normOf(newRole)],
        });
      return { status: 200, body: { accountId, contactId } };
    });
    const found = (await this.list(accountId, contactId)).data[0];
    if (!found) throw notFound('This contact of the account');
    return found;
  }

  /** Unlinks a contact from an account. @throws ProblemError 404 when they are not linked */
  async unlink(accountId: string, contactId: string, idempotency?: IdempotencyRequest): Promise<void> {
    await this.records.reader.get('account', accountId, { fields: [] });
    await this.records.unit(idempotency, async (uow) => {
      const { own, linked } = await this.read(uow, accountId, contactId, undefined);
      if (!linked) throw notFound('This contact of the account');
      const accounts = own.map((a) => a.id).filter((id) => id !== accountId);
      await this.write(uow, [{ id: contactId, values: { accounts }, verb: 'contactUnlinked' }]);
      return { status: 204, body: {} };
    });
  }

  /**
   * Locks account and contact and returns how they are linked.
   * @param wish what to change on the link; undefined to remove it
   * @throws ProblemError 404 when the caller may not change the contact, 422 when they may not change these fields of
   *   it
   */
  private async read(uow: UnitOfWork, accountId: string, contactId: string, wish: LinkWish | undefined) {
    const { reader } = this.records;
    const context = await reader.contextFor('contact');
    const plan = reader.plan(context.descriptor, [], { context, action: 'update', names: false });
    const own = reader.locked(plan, [contactId], context, 'update', 'living', 'change');
    // Links are read once both locks are held: colleagues may link the contact to another account meanwhile.
    const [accounts, locked, found, primaries, links] = await uow.together([
      {
        text: 'select id from account where id = $1 and deleted_at is null for no key update',
        values: [accountId],
      },
      own.lock,
      own.read,
      {
        text: 'select contact_id from account_contact where account_id = $1 and is_primary',
        values: [accountId],
      },
      {
        text: `select ac.account_id as id, ac.is_primary as "primary", ac.role from account_contact ac
                 join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
                where ac.contact_id = $1 order by ac.position, ac.account_id`,
        values: [contactId],
      },
    ]);
    if (!accounts!.length) throw notFound('This account');
    const [contact] = own.rows(locked!, found!);
    if (!contact) throw notFound('This contact');
    const link = links!.find((l) => l.id === accountId);
    const rules = context.access
      .decide('contact', 'update', context.snapshot)
      .rulesFor(plan.load(contact).bits);
    // For fields that the caller does not see, the result must not reveal whether a value would change.
    const isUnseen = (key: string) => rules.read(key) !== 'clear';
    const changed = {
      account: !wish || !link || isUnseen('account'),
      role: wish?.role !== undefined && (isUnseen('role') || (wish.role || null) !== (link?.role ?? null)),
      primaryOf:
        wish?.isPrimary !== undefined &&
        (isUnseen('primaryOf') || wish.isPrimary !== (link?.primary ?? false)),
    };
    const refused = Object.entries(changed).filter(([key, is]) => is && !rules.canWrite(key));
    if (refused.length)
      throw unprocessable(
        refused.map(([key]) => ({
          ...fieldNotWritable(context.descriptor.byKey.get(key)!),
          pointer: key === 'primaryOf' ? '/isPrimary' : `/${key}`,
        })),
      );
    return {
      own: links as { id: string; primary: boolean }[],
      primary: primaries![0]?.contact_id as string | undefined,
      role: (link?.role ?? null) as string | null,
      linked: link !== undefined,
    };
  }

  /** Returns the accounts whose primary contact this is, except one. */
  private async primaryOf(uow: UnitOfWork, contactId: string, but: string): Promise<string[]> {
    const rows = await uow.run({
      text: `select ac.account_id from account_contact ac
               join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
              where ac.contact_id = $1 and ac.is_primary and ac.account_id <> $2`,
      values: [contactId, but],
    });
    return rows.map((r: any) => r.account_id);
  }

  /** Returns the longest-linked of the other contacts that the caller may make primary. */
  private async longestLinked(uow: UnitOfWork, accountId: string, but: string): Promise<string | undefined> {
    const rows = await uow.run({
      text: `select c.id from account_contact ac join contact c on c.tenant_id = ac.tenant_id and c.id = ac.contact_id and c.deleted_at is null
              where ac.account_id = $1 and c.id <> $2 order by ac.linked_at, c.id limit ${LIST_LIMIT}`,
      values: [accountId, but],
    });
    const ids = rows.map((r: any) => r.id as string);
    const may = await this.changeable(uow, ids);
    return ids.find((id) => may.has(id));
  }

  /** Another contact may become primary only if the caller may also change the former one. */
  private async assertMayReplace(uow: UnitOfWork, primary: string): Promise<void> {
    if ((await this.changeable(uow, [primary])).has(primary)) return;
    const name = (await this.records.reader.visibleNames('contact', [primary])).get(primary);
    throw forbidden(
      'primaryForbidden',
      `${name ? `"${name}"` : 'Another contact'} is the primary contact of this account, and your roles don't let you change that.`,
    );
  }

  /** Returns those of the contacts whose links to accounts the caller may change. */
  private async changeable(uow: UnitOfWork, ids: string[]): Promise<Set<string>> {
    const { reader } = this.records;
    const context = await reader.contextFor('contact');
    const plan = reader.plan(context.descriptor, [], { context, action: 'update', names: false });
    const [rows] = await uow.together([reader.byIds(plan, ids, context, 'update', 'living')]);
    const access = context.access.decide('contact', 'update', context.snapshot);
    return new Set(
      rows!
        .map((row) => plan.load(row))
        .filter(({ bits }) => access.rulesFor(bits).canWrite('primaryOf'))
        .map(({ id }) => id),
    );
  }

  /** The endpoint has checked the caller's right; only the product may write the link fields themselves. */
  private async write(uow: UnitOfWork, inputs: WriteInput[]): Promise<void> {
    await this.records.writer.write('contact', 'update', inputs, {
      uow,
      asks: 'product',
      opensReadOnly: true,
      atomic: true,
    });
  }
}

function onlyContact() {
  return unprocessable([
    {
      pointer: '/isPrimary',
      code: 'onlyContact',
      message:
        "An account's only contact is always its primary contact. Link another contact first or make another one primary.",
    },
  ]);
}
