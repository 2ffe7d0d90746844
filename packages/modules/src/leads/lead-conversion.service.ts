import { Inject, Injectable } from '@nestjs/common';
import { linkedAccounts } from '@pellucid/modules/contacts';
import { leaversAmong } from '@pellucid/modules/members';
import { currentContext } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { conflict, forbidden, notFound, ProblemError, unprocessable } from '@pellucid/platform/errors';
import { type IdempotencyRequest, type LoadedRecord, RecordService } from '@pellucid/platform/records';
import { carriedOption, type OptionNotOffered, optionsNotOffered } from './carried-options.js';
import { ConversionWrites } from './conversion-writes.js';
import { LeadMatches } from './lead-matches.js';

/** The parameters of a conversion. */
export interface ConversionWish {
  accountId?: string | null | undefined;
  /** Creates a new account even if one exists. */
  newAccount?: boolean | undefined;
  contactId?: string | null | undefined;
  /** Creates a new contact even if one exists. */
  newContact?: boolean | undefined;
  createOpportunity?: boolean | undefined;
  /** Creates records although rules of the company find duplicates. */
  allowDuplicates?: boolean | undefined;
  opportunity?:
    | {
        name?: string | null | undefined;
        amount?: string | number | null | undefined;
        closeDate?: string | null | undefined;
      }
    | undefined;
}

/** A record that a lead was converted to. */
export interface Became {
  id: string;
  name: string;
}

/** The result of a conversion. */
export interface Conversion {
  account: Became | null;
  contact: Became | null;
  opportunity: Became | null;
  /** Options of the lead that the resulting records do not offer. */
  notOffered: OptionNotOffered[];
}

/** Converts leads to accounts, contacts and deals. */
@Injectable()
export class LeadConversionService {
  private readonly matches: LeadMatches;
  private readonly writes: ConversionWrites;

  constructor(@Inject(RecordService) private readonly records: RecordService) {
    this.matches = new LeadMatches(records);
    this.writes = new ConversionWrites(records);
  }

  /**
   * Converts a lead in one transaction. It is merged into the given account and contact, or else into the only
   * undeleted account with the same name and its contact with the same e-mail address. Existing records keep their
   * values: empty fields are filled, tags added, the description continued. The caller needs the rights to create or
   * change these records. Values of the lead that they do not see unmasked are not carried over, and records that they
   * do not see are not used. A second conversion changes nothing and returns the first result.
   * @throws ProblemError 404, 409 for a disqualified lead and for possible duplicates that the parameters do not
   * decide, 412, 422 for ids that do not exist, 403
   */
  async convert(
    id: string,
    wish: ConversionWish,
    request: { ifMatch?: number | undefined; idempotency?: IdempotencyRequest | undefined } = {},
  ): Promise<Conversion> {
    await this.records.unit(request.idempotency, async (uow) => {
      const found = await this.lock(uow, id);
      const lead = await this.asSeen(uow, found);
      // Every lead has a status. If the caller does not see it, refusing the conversion would reveal it.
      if (lead.state['status'] === null)
        throw forbidden(
          'statusWithheld',
          "Your roles don't show you the status of this lead, so you can't convert it.",
        );
      if (found.state['convertedAt']) return { status: 200, body: { id } };
      if (found.state['status'] === 'Disqualified')
        throw conflict('leadDisqualified', 'This lead is disqualified. Reopen it first.');
      if (request.ifMatch !== undefined && request.ifMatch !== lead.version)
        throw new ProblemError(
          412,
          'versionStale',
          'Changed in the meantime',
          'Someone else changed this lead. Check the current values and try again.',
          {
            current: { version: lead.version },
            yours: { version: request.ifMatch },
            original: null,
          },
        );
      if (!lead.displayName)
        throw forbidden(
          'leadWithheld',
          "Your roles don't show you this lead's name, so you can't convert it. Ask someone who can see it.",
        );
      const joined = await this.chooseTargets(uow, lead, wish);
      const account = await this.accountFor(
        uow,
        lead,
        joined.account,
        wish.newAccount || wish.allowDuplicates,
      );
      const contact = await this.contactFor(
        uow,
        lead,
        account,
        joined.contact,
        wish.newContact || wish.allowDuplicates,
      );
      const opportunity =
        wish.createOpportunity || wish.opportunity
          ? await this.opportunityFor(uow, lead, account, contact, wish)
          : null;
      const values = {
        status: 'Qualified',
        convertedAt: new Date().toISOString(),
        convertedAccount: account,
        convertedContact: contact,
        convertedOpportunity: opportunity,
      };
      // The caller asked to convert; what that makes of the lead follows from it.
      await this.records.writer.write(
        'lead',
        'update',
        [{ id, values: {}, derived: { by: 'leads', values } }],
        {
          uow,
          action: 'convert',
          atomic: true,
          verb: 'converted',
        },
      );
      return { status: 200, body: { id } };
    });
    const lead = await this.records.reader.get('lead', id, {
      fields: ['convertedAccount', 'convertedContact', 'convertedOpportunity', 'industry', 'source'],
    });
    const became = (key: string) => (lead[key] as Became | null | undefined) ?? null;
    const [account, opportunity] = [became('convertedAccount'), became('convertedOpportunity')];
    return {
      account,
      contact: became('convertedContact'),
      opportunity,
      notOffered: [
        ...(account ? await optionsNotOffered(this.records, lead, 'industry', 'account', account.id) : []),
        ...(opportunity
          ? await optionsNotOffered(this.records, lead, 'source', 'opportunity', opportunity.id)
          : []),
      ],
    };
  }

  /** Locks the lead: a second conversion waits here and then finds it converted. */
  private async lock(uow: UnitOfWork, id: string): Promise<LoadedRecord> {
    const { reader } = this.records;
    const context = await reader.contextFor('lead');
    const plan = reader.plan(context.descriptor, undefined, {
      context,
      action: 'convert',
      names: false,
      seen: true,
    });
    const own = reader.locked(plan, [id], context, 'convert', 'living', 'change');
    const [locked, read] = await uow.together([own.lock, own.read]);
    const [row] = own.rows(locked!, read!);
    if (!row) throw notFound('This lead');
    return plan.load(row);
  }

  /**
   * Returns the lead with only the values that the caller sees unmasked, and with the name composed of them, which may
   * be empty.
   */
  private async asSeen(uow: UnitOfWork, lead: LoadedRecord): Promise<LoadedRecord> {
    const { access, descriptor, snapshot } = await this.records.reader.contextFor('lead');
    const rules = access.decide('lead', 'read', snapshot).rulesFor(lead.readBits);
    const isShown = (key: string) => lead.seen && (rules.allClear || rules.read(key) === 'clear');
    const state: Record<string, unknown> = Object.fromEntries(
      Object.entries(lead.state).map(([key, value]) => [key, isShown(key) ? value : null]),
    );
    // Owner and legal entity are carried over if the caller may know and refer to them; otherwise the caller's apply.
    for (const [key, object] of [
      ['owner', 'member'],
      ['legalEntity', 'legalEntity'],
    ] as const) {
      const id = lead.state[key] as string | null;
      const isKnown = isShown(key) && (!id || (await this.records.reader.visibleIds(object, [id])).has(id));
      if (!isKnown) delete state[key];
    }
    // Nothing new is assigned to somebody who was deactivated.
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

  /**
   * Returns the account and contact to use for the lead; undefined where a new one is created.
   * @throws ProblemError 409, 422
   */
  private async chooseTargets(
    uow: UnitOfWork,
    lead: LoadedRecord,
    wish: ConversionWish,
  ): Promise<{ account: string | undefined; contact: string | undefined }> {
    let account = wish.accountId ?? undefined;
    let contact = wish.contactId ?? undefined;
    if (account) await this.writes.assertVisible(uow, 'account', account, 'accountId');
    if (contact) await this.writes.assertVisible(uow, 'contact', contact, 'contactId');
    const isOpen = { account: !account && !wish.newAccount, contact: !contact && !wish.newContact };
    const accounts = isOpen.account ? await this.matches.accounts(uow, lead, companyOf(lead)) : [];
    if (accounts.length === 1 && accounts[0]!.because === 'sameName') account = accounts[0]!.id;
    const contacts = isOpen.contact ? await this.matches.contacts(uow, lead) : [];
    if (account) contact ??= contacts.find((match) => match.accounts.includes(account!))?.id;
    const candidates = {
      account: account ? [] : accounts,
      contact: contact ? [] : contacts.map(({ accounts: _, ...match }) => match),
    };
    if (candidates.account.length || candidates.contact.length)
      throw conflict(
        'possibleDuplicates',
        'These records may already be this lead. Choose existing ones with "accountId" and "contactId", or create new ones with "newAccount" and "newContact".',
        { candidates },
      );
    return { account, contact };
  }

  private async accountFor(
    uow: UnitOfWork,
    lead: LoadedRecord,
    joined: string | undefined,
    isNew?: boolean,
  ): Promise<string> {
    const { state } = lead;
    const industry = await carriedOption(this.records, 'industry', state['industry'], 'account');
    const values = {
      industry: industry.value,
      website: state['website'],
      phone: state['phone'],
      ...(state['company'] ? pick(state, ['street', 'postalCode', 'city', 'region', 'country']) : {}),
      owner: state['owner'],
      legalEntity: state['legalEntity'],
      ...(industry.note && { description: industry.note }),
    };
    if (!joined)
      return this.writes.create(uow, 'account', { name: companyOf(lead), ...values }, lead.id, isNew);
    await this.writes.fill(uow, 'account', joined, values, lead.id);
    return joined;
  }

  private async contactFor(
    uow: UnitOfWork,
    lead: LoadedRecord,
    account: string,
    joined: string | undefined,
    isNew?: boolean,
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
    if (!joined) return this.writes.create(uow, 'contact', { ...values, account }, lead.id, isNew);
    await this.writes.fill(uow, 'contact', joined, values, lead.id);
    const accounts = (await linkedAccounts(uow, [joined])).map((link) => link.account);
    const isLinked = accounts.includes(account);
    const { access, snapshot } = await this.records.reader.contextFor('contact');
    // A caller who does not see the contact's accounts must not learn from a refusal whether a link was needed.
    if (!isLinked || !access.rules('contact', snapshot).canFilter('account'))
      await this.writes.assertLinkable(uow, joined);
    if (!isLinked) {
      await this.records.update('contact', [{ id: joined, changes: { accounts: [...accounts, account] } }], {
        uow,
        // Other links of the contact stay, also those to accounts that the caller does not see.
        asks: 'product',
        opensReadOnly: true,
        atomic: true,
        verb: 'contactLinked',
      });
    }
    return joined;
  }

  private async opportunityFor(
    uow: UnitOfWork,
    lead: LoadedRecord,
    account: string,
    contact: string,
    { opportunity: wish = {}, allowDuplicates }: ConversionWish,
  ): Promise<string> {
    const source = await carriedOption(this.records, 'source', lead.state['source'], 'opportunity');
    const values = {
      name: wish.name ?? null,
      amount: wish.amount ?? null,
      closeDate: wish.closeDate ?? null,
      account,
      contact,
      source: source.value,
      ...(source.note && { description: source.note }),
      owner: lead.state['owner'] ?? currentContext().memberId,
      legalEntity: lead.state['legalEntity'],
    };
    try {
      return await this.writes.create(uow, 'opportunity', values, lead.id, allowDuplicates);
    } catch (error) {
      // Reports problems with the deal at the part of the body that describes it.
      if (error instanceof ProblemError && error.status === 422 && error.extras.errors)
        throw unprocessable(error.extras.errors.map((e) => ({ ...e, pointer: `/opportunity${e.pointer}` })));
      throw error;
    }
  }
}

/** Returns the name for a new account of the lead. */
function companyOf(lead: LoadedRecord): string {
  return [lead.state['company'], lead.displayName].map((n) => String(n ?? '').trim()).find(Boolean)!;
}

function pick(state: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, state[key]]));
}
