import { linkedAccounts } from '@pellucid/modules/contacts';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type FilterContext,
  fieldNorm,
  hostOf,
  type LoadedRecord,
  normOf,
  QueryParts,
  type RecordService,
  storedNorms,
  takeTurns,
  tellable,
} from '@pellucid/platform/records';

/** An existing record that may match the lead. */
export interface Match {
  id: string;
  /** Null if the caller may see the record, but not its name. */
  name: string | null;
  because: 'sameName' | 'sameDomain' | 'sameEmail';
}

/** A contact with the lead's e-mail address, and the accounts that the contact works for. */
export interface ContactMatch extends Match {
  accounts: string[];
}

/** Maximum number of matches: with more duplicates, people search for the right one themselves. */
const LIMIT = 10;

/**
 * Finds existing records that match a lead. Only records that the caller may see count, and only by fields that they
 * see unmasked: anything else would reveal hidden data. Conversions of similar leads wait here for each other, so that
 * the second finds what the first has created.
 */
export class LeadMatches {
  constructor(private readonly records: RecordService) {}

  /**
   * Returns accounts with the name; if there are none, those with the domain of the lead's website or e-mail address.
   */
  async accounts(uow: UnitOfWork, lead: LoadedRecord, name: string): Promise<Match[]> {
    const norm = normOf(name)!;
    await uow.run(takeTurns([norm]));
    const context = await this.records.reader.contextFor('account');
    const field = context.descriptor.byKey.get('name')!;
    const same = await this.find(uow, context, 'name', (parts) => [
      `t.name_norm = any(${parts.param(storedNorms(field, norm))}::text[])`,
    ]);
    if (same.length) return this.named(uow, context, same, 'sameName');
    const domain = hostOf(lead.state['website']) ?? domainOf(lead.state['email']);
    // Encrypted values can be found only as a whole.
    if (domain === undefined || context.descriptor.byKey.get('website')!.cipher) return [];
    const near = await this.find(
      uow,
      context,
      'website',
      (parts) => [`t.search_norm like ${parts.param(`%${domain.replace(/[\\%_]/g, '\\$&')}%`)}`],
      'website',
    );
    const found = near.filter((row) => hostOf(row.shown) === domain);
    return this.named(uow, context, found, 'sameDomain');
  }

  /**
   * Returns contacts with the lead's e-mail address, the longest-linked first. Their accounts are considered only if
   * the caller sees them.
   */
  async contacts(uow: UnitOfWork, lead: LoadedRecord): Promise<ContactMatch[]> {
    const context = await this.records.reader.contextFor('contact');
    const field = context.descriptor.byKey.get('email')!;
    const norm = fieldNorm(field, lead.state['email'] ?? null);
    if (!norm) return [];
    await uow.run(takeTurns([norm]));
    const found = await this.find(uow, context, 'email', (parts) => [
      `t.email_norm = any(${parts.param(storedNorms(field, norm))}::text[])`,
    ]);
    const isPlaced = context.access.rules('contact', context.snapshot).canFilter('account');
    const links = isPlaced
      ? await linkedAccounts(
          uow,
          found.map(({ id }) => id),
        )
      : [];
    const named = await this.named(uow, context, found, 'sameEmail');
    const place = (id: string) => {
      const at = links.findIndex((l) => l.contact === id);
      return at < 0 ? links.length : at;
    };
    return named
      .map((match) => ({
        ...match,
        accounts: links.filter((l) => l.contact === match.id).map((l) => l.account),
      }))
      .sort((a, b) => place(a.id) - place(b.id));
  }

  /** Returns undeleted records that the caller may see, by a field that they see unmasked. */
  private async find(
    uow: UnitOfWork,
    context: FilterContext,
    by: string,
    predicates: (parts: QueryParts) => string[],
    shown?: 'website',
  ): Promise<{ id: string; shown: string | null }[]> {
    const { descriptor } = context;
    const parts = new QueryParts();
    const told = tellable(context, [by], parts);
    if (told === undefined) return [];
    const where = [told, ...predicates(parts)];
    return uow.run(
      parts.statement(`select t.id, ${shown ? `t.${shown}` : 'null'} as shown from ${descriptor.source} t
              where ${where.join(' and ')} order by t.id limit ${LIMIT}`),
    );
  }

  private async named<Because extends Match['because']>(
    uow: UnitOfWork,
    context: FilterContext,
    found: { id: string }[],
    because: Because,
  ): Promise<Match[]> {
    if (!found.length) return [];
    const ids = found.map(({ id }) => id);
    const names = await uow.run<{ id: string; name: string }>(
      this.records.reader.namesOf(context.descriptor.key, ids, context),
    );
    const byId = new Map(names.map(({ id, name }) => [id, name]));
    return ids.map((id) => ({ id, name: byId.get(id) ?? null, because }));
  }
}

/** Returns the domain of an e-mail address, in the form of hosts. */
function domainOf(email: unknown): string | undefined {
  const domain = String(email ?? '')
    .split('@')
    .at(1);
  return domain ? hostOf(`https://${domain}`) : undefined;
}
