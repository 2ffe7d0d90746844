import { Inject, Injectable } from '@nestjs/common';
import { leaversAmong } from '@pellucid/modules/members';
import { currentContext } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conflict, forbidden, notFound, ProblemError, unprocessable } from '@pellucid/platform/errors';
import {
  type IdempotencyRequest,
  type LoadedRecord,
  fieldNorm,
  normOf,
  QueryParts,
  RecordService,
  storedNorms,
} from '@pellucid/platform/records';

/** What a conversion is told. */
export interface ConversionWish {
  accountId?: string | null | undefined;
  contactId?: string | null | undefined;
  createOpportunity?: boolean | undefined;
  opportunity?:
    | {
        name?: string | null | undefined;
        amount?: string | null | undefined;
        closeDate?: string | null | undefined;
      }
    | undefined;
}

/** A record a lead became. */
export interface Became {
  id: string;
  name: string;
}

/** What a lead became. */
export interface Conversion {
  account: Became | null;
  contact: Became | null;
  opportunity: Became | null;
}

/** Turns leads into accounts, contacts and deals. */
@Injectable()
export class LeadConversionService {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  /**
   * Converts a lead in one transaction. It joins the account and contact given, else the one living account of the same
   * name and its contact of the same e-mail address; what is there keeps its values, only empty fields are filled. Who
   * converts needs the rights to create or change these; what they do not see in clear of the lead is not carried over, and
   * records they do not see are not joined. A second conversion changes nothing and gives the first answer.
   * @throws ProblemError 404, 409 for a disqualified lead, 412, 422 for ids that are not there, 403
   */
  async convert(
    id: string,
    wish: ConversionWish,
    request: { ifMatch?: number | undefined; idempotency?: IdempotencyRequest | undefined } = {},
  ): Promise<Conversion> {
    await this.records.unit(request.idempotency, async (uow) => {
      const found = await this.lock(uow, id);
      const lead = await this.asSeen(uow, found);
      // Every lead has a status: one that is not shown would be told by whether the conversion is refused.
      if (lead.state['status'] === null)
        throw forbidden(
          'statusWithheld',
          "Your roles don't show you the status of this lead, so you can't convert it.",
        );
      if (found.state['convertedAt']) return { status: 200, body: { id } };
      if (found.state['status'] === 'Disqualified')
        throw conflict('leadDisqualified', 'This lead is disqualified: reopen it first.');
      if (request.ifMatch !== undefined && request.ifMatch !== lead.version)
        throw new ProblemError(
          412,
          'versionStale',
          'Changed in the meantime',
          'Somebody changed this lead in the meantime. Look at the current values and decide.',
          {
            current: { version: lead.version },
            yours: { version: request.ifMatch },
            original: null,
          },
        );
      if (!lead.displayName)
        throw forbidden(
          'leadWithheld',
          'Your roles do not show you what this lead is called, so that nothing could be made of it: let somebody convert it who sees its name.',
        );
      const account = await this.accountFor(uow, lead, wish.accountId ?? undefined);
      const contact = await this.contactFor(uow, lead, account, wish.contactId ?? undefined);
      const opportunity =
        wish.createOpportunity || wish.opportunity
          ? await this.opportunityFor(uow, lead, account, contact, wish.opportunity ?? {})
          : null;
      const changes = {
        status: 'Qualified',
        convertedAt: new Date().toISOString(),
        convertedAccount: account,
        convertedContact: contact,
        convertedOpportunity: opportunity,
      };
      await this.records.update('lead', [{ id, changes }], {
        uow,
        system: true,
        atomic: true,
        verb: 'converted',
      });
      return { status: 200, body: { id } };
    });
    const lead = await this.records.reader.get('lead', id, {
      fields: ['convertedAccount', 'convertedContact', 'convertedOpportunity'],
    });
    const became = (key: string) => (lead[key] as Became | null | undefined) ?? null;
    return {
      account: became('convertedAccount'),
      contact: became('convertedContact'),
      opportunity: became('convertedOpportunity'),
    };
  }

  /** The lead, locked: a second conversion waits here and then finds it converted. */
  private async lock(uow: UnitOfWork, id: string): Promise<LoadedRecord> {
    const { reader } = this.records;
    const context = await reader.contextFor('lead');
    const plan = reader.plan(context.descriptor, undefined, {
      context,
      action: 'convert',
      names: false,
      seen: true,
    });
    const [rows] = await uow.together([reader.byIds(plan, [id], context, 'convert', 'living', 'change')]);
    if (!rows!.length) throw notFound('This lead');
    return plan.load(rows![0]);
  }

  /** The lead with only those values that the caller sees in clear, and the name they make; empty where they make none. */
  private async asSeen(uow: UnitOfWork, lead: LoadedRecord): Promise<LoadedRecord> {
    const { access, descriptor, snapshot } = await this.records.reader.contextFor('lead');
    const rules = access.decide('lead', 'read', snapshot).rulesFor(lead.readBits);
    const isShown = (key: string) => lead.seen && (rules.allClear || rules.read(key) === 'clear');
    const state: Record<string, unknown> = Object.fromEntries(
      Object.entries(lead.state).map(([key, value]) => [key, isShown(key) ? value : null]),
    );
    // Whose it is goes over as far as the caller may know and refer to them; else what is made is theirs.
    for (const [key, object] of [
      ['owner', 'member'],
      ['legalEntity', 'legalEntity'],
    ] as const) {
      const id = lead.state[key] as string | null;
      const isKnown = isShown(key) && (!id || (await this.records.reader.visibleIds(object, [id])).has(id));
      if (!isKnown) delete state[key];
    }
    // Nothing new is given to somebody who left.
    const owner = state['owner'] as string | null | undefined;
    if (owner && (await leaversAmong(uow, [owner])).has(owner)) delete state['owner'];
    const tags = (state['tags'] ?? []) as string[];
    const known = await this.records.reader.visibleIds('tag', tags);
    state['tags'] = tags.filter((tag) => known.has(tag));
    const isNamed = (by: Record<string, unknown>) =>
      [...descriptor.nameFields, ...descriptor.nameFallbacks].some((key) => String(by[key] ?? '').trim());
    const isWithheld = isNamed(lead.state) && !isNamed(state);
    return { ...lead, state, displayName: isWithheld ? '' : descriptor.displayName(state, {}) };
  }

  private async accountFor(uow: UnitOfWork, lead: LoadedRecord, given: string | undefined): Promise<string> {
    const { state } = lead;
    const name = [state['company'], lead.displayName].map((n) => String(n ?? '').trim()).find(Boolean)!;
    const industries =
      (await this.records.reader.contextFor('account')).descriptor.byKey.get('industry')?.options ?? [];
    const values = {
      industry: industries.some((o) => o.value === state['industry']) ? state['industry'] : null,
      website: state['website'],
      phone: state['phone'],
      ...(state['company'] ? pick(state, ['street', 'postalCode', 'city', 'region', 'country']) : {}),
      owner: state['owner'],
      legalEntity: state['legalEntity'],
    };
    let joined = given;
    if (given) await this.visible(uow, 'account', given, 'accountId');
    else {
      const norm = normOf(name);
      const context = await this.records.reader.contextFor('account');
      const parts = new QueryParts([storedNorms(context.descriptor.byKey.get('name')!, norm!)]);
      const readable = this.records.reader.readable('account', 't', parts, context);
      const isClear = context.access.rules('account', context.snapshot).canFilter('name');
      const [, same] = await uow.together([
        // Two leads of the same company, converted at once, become one account.
        {
          text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
          values: [`convert:${uow.tenantId}:${norm}`],
        },
        parts.statement(
          `select t.id from account t where t.name_norm = any($1::text[]) and t.deleted_at is null and ${isClear ? (readable ?? 'true') : 'false'} limit 2`,
        ),
      ]);
      if (same!.length === 1) joined = same![0].id;
    }
    if (!joined) return this.create(uow, 'account', { name, ...values });
    await this.fill(uow, 'account', joined, values);
    return joined;
  }

  private async contactFor(
    uow: UnitOfWork,
    lead: LoadedRecord,
    account: string,
    given: string | undefined,
  ): Promise<string> {
    const { state } = lead;
    const values: Record<string, unknown> = {
      ...pick(state, [
        'firstName',
        'lastName',
        'email',
        'phone',
        'mobile',
        'jobTitle',
        'description',
        'tags',
        'owner',
        'legalEntity',
      ]),
      ...(state['company'] ? {} : pick(state, ['street', 'postalCode', 'city', 'region', 'country'])),
    };
    if (['firstName', 'lastName', 'email'].every((key) => !String(values[key] ?? '').trim()))
      values['lastName'] = lead.displayName;
    let joined = given;
    if (given) await this.visible(uow, 'contact', given, 'contactId');
    else if (state['email']) {
      const context = await this.records.reader.contextFor('contact');
      const { descriptor } = context;
      const parts = new QueryParts([
        account,
        storedNorms(
          descriptor.byKey.get('email')!,
          fieldNorm(descriptor.byKey.get('email')!, state['email'])!,
        ),
      ]);
      const readable = this.records.reader.readable('contact', 't', parts, context);
      const isClear = context.access.rules('contact', context.snapshot).canFilter('email');
      const same = await uow.run(
        parts.statement(`select t.id from contact t join account_contact ac on ac.tenant_id = t.tenant_id and ac.contact_id = t.id
                where ac.account_id = $1 and t.email_norm = any($2::text[]) and t.deleted_at is null
                  and ${isClear ? (readable ?? 'true') : 'false'} order by ac.linked_at, t.id limit 1`),
      );
      joined = (same[0] as { id: string } | undefined)?.id;
    }
    if (!joined) return this.create(uow, 'contact', { ...values, account });
    await this.fill(uow, 'contact', joined, values);
    const links = await uow.run({
      text: `select ac.account_id from account_contact ac join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
              where ac.contact_id = $1`,
      values: [joined],
    });
    const accounts = links.map((l: any) => l.account_id as string);
    if (!accounts.includes(account)) {
      await this.assertLinkable(uow, joined);
      await this.records.update('contact', [{ id: joined, changes: { accounts: [...accounts, account] } }], {
        uow,
        system: true,
        atomic: true,
        verb: 'contactLinked',
      });
    }
    return joined;
  }

  /** A conversion is no way round a right: whoever links a contact to an account has to be allowed to change it like that. */
  private async assertLinkable(uow: UnitOfWork, id: string): Promise<void> {
    const { reader } = this.records;
    const context = await reader.contextFor('contact');
    const plan = reader.plan(context.descriptor, [], { context, action: 'update', names: false });
    const [rows] = await uow.together([reader.byIds(plan, [id], context, 'update', 'living')]);
    const access = context.access.decide('contact', 'update', context.snapshot);
    if (!rows!.length || !access.rulesFor(plan.load(rows![0]).bits).canWrite('account'))
      throw forbidden(
        'contactNotLinkable',
        'Your roles do not allow you to link this contact to another account. Choose an account the contact belongs to, or ask a colleague who may change the contact to convert the lead.',
      );
  }

  private async opportunityFor(
    uow: UnitOfWork,
    lead: LoadedRecord,
    account: string,
    contact: string,
    wish: NonNullable<ConversionWish['opportunity']>,
  ): Promise<string> {
    const sources =
      (await this.records.reader.contextFor('opportunity')).descriptor.byKey.get('source')?.options ?? [];
    const values = {
      name: wish.name ?? null,
      amount: wish.amount ?? null,
      closeDate: wish.closeDate ?? null,
      account,
      contact,
      source: sources.some((o) => o.value === lead.state['source']) ? lead.state['source'] : null,
      owner: lead.state['owner'] ?? currentContext().memberId,
      legalEntity: lead.state['legalEntity'],
    };
    try {
      return await this.create(uow, 'opportunity', values);
    } catch (error) {
      // What is wrong with the deal is wrong in the part of the body that describes it.
      if (error instanceof ProblemError && error.status === 422 && error.extras.errors)
        throw unprocessable(error.extras.errors.map((e) => ({ ...e, pointer: `/opportunity${e.pointer}` })));
      throw error;
    }
  }

  /** Refuses ids of records the caller cannot see. */
  private async visible(uow: UnitOfWork, object: string, id: string, key: string): Promise<void> {
    const { reader } = this.records;
    const context = await reader.contextFor(object);
    const [rows] = await uow.together([
      reader.byIds(reader.plan(context.descriptor, []), [id], context, 'read', 'living'),
    ]);
    if (!rows!.length)
      throw unprocessable([
        {
          pointer: `/${key}`,
          code: 'referenceMissing',
          message: `There is no such ${object}. It may have been deleted.`,
        },
      ]);
  }

  /** Creates a record of what the caller may write; fields that are not theirs to write are left out. */
  private async create(uow: UnitOfWork, object: string, values: Record<string, unknown>): Promise<string> {
    const { access, descriptor, snapshot } = await this.records.reader.contextFor(object);
    const rules = access.decide(object, 'create', snapshot).rulesFor(-1);
    const given = Object.entries(values).filter(
      ([key, value]) =>
        value !== undefined && (rules.canWrite(key) || (descriptor.byKey.get(key)?.required && value)),
    );
    const [outcome] = await this.records.create(object, [Object.fromEntries(given)], { uow, atomic: true });
    return outcome!.id!;
  }

  /** Fills what is empty, as far as the caller may change it; nothing that is there is overwritten. */
  private async fill(
    uow: UnitOfWork,
    object: string,
    id: string,
    values: Record<string, unknown>,
  ): Promise<void> {
    const { reader } = this.records;
    const context = await reader.contextFor(object);
    const plan = reader.plan(context.descriptor, undefined, { context, action: 'update', names: false });
    const [there, rows] = await uow.together([
      reader.byIds(plan, [id], context, 'read', 'living', 'change'),
      reader.byIds(plan, [id], context, 'update', 'living'),
    ]);
    if (!there!.length)
      throw conflict('writeConflict', `Somebody deleted the ${object} at the same moment. Try again.`);
    if (!rows!.length) return;
    const { state, bits } = plan.load(rows![0]);
    const rules = context.access.decide(object, 'update', context.snapshot).rulesFor(bits);
    const changes = Object.fromEntries(
      Object.entries(values).filter(
        ([key, value]) => !isEmpty(value) && isEmpty(state[key]) && rules.canWrite(key),
      ),
    );
    // An address is filled as a whole or not at all: street and city of two places make none.
    const address = ['street', 'postalCode', 'city', 'region', 'country'];
    if (address.some((key) => state[key])) for (const key of address) delete changes[key];
    if (Object.keys(changes).length)
      await this.records.update(object, [{ id, changes }], { uow, atomic: true });
  }
}

/** Whether a field holds nothing. */
function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function pick(state: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, state[key]]));
}
