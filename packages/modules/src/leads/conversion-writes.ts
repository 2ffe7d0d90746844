import type { UnitOfWork } from '@pellucid/platform/db';
import { conflict, forbidden, unprocessable } from '@pellucid/platform/errors';
import { duplicatesFor, type RecordService } from '@pellucid/platform/records';

/** Fields of an address: the street of one place and the city of another do not form an address. */
const ADDRESS = ['street', 'postalCode', 'city', 'region', 'country'];

/** What a conversion writes to the resulting records, as far as the caller may. */
export class ConversionWrites {
  constructor(private readonly records: RecordService) {}

  /** Refuses ids of records that the caller cannot see. */
  async assertVisible(uow: UnitOfWork, object: string, id: string, key: string): Promise<void> {
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
          message: `This ${object} doesn't exist. It may have been deleted.`,
        },
      ]);
  }

  /**
   * Creates a record with the fields that the caller may write; others are left out.
   * @param lead id of the converted lead, which is no duplicate of the record
   * @param isWanted whether the caller said that it is a new one, even if there are similar records
   */
  async create(
    uow: UnitOfWork,
    object: string,
    values: Record<string, unknown>,
    lead: string,
    isWanted = false,
  ): Promise<string> {
    const { access, descriptor, snapshot } = await this.records.reader.contextFor(object);
    const rules = access.decide(object, 'create', snapshot).rulesFor(-1);
    const given = Object.entries(values).filter(
      ([key, value]) =>
        value !== undefined && (rules.canWrite(key) || (descriptor.byKey.get(key)?.required && value)),
    );
    const [outcome] = await this.records.create(object, [Object.fromEntries(given)], {
      uow,
      atomic: true,
      madeOf: lead,
      ...duplicatesFor(isWanted || undefined),
    });
    return outcome!.id!;
  }

  /**
   * Fills empty fields, as far as the caller may change them. Tags are added to existing ones, and a description is
   * appended to an existing one; no other existing value is changed.
   * @param lead id of the converted lead
   */
  async fill(
    uow: UnitOfWork,
    object: string,
    id: string,
    values: Record<string, unknown>,
    lead: string,
  ): Promise<void> {
    const { reader } = this.records;
    const context = await reader.contextFor(object);
    const plan = reader.plan(context.descriptor, undefined, { context, action: 'update', names: false });
    const [there, rows] = await uow.together([
      reader.locked(plan, [id], context, 'read', 'living', 'change').lock,
      reader.byIds(plan, [id], context, 'update', 'living'),
    ]);
    if (!there!.length) throw conflict('writeConflict', `Someone just deleted the ${object}. Try again.`);
    if (!rows!.length) return;
    const { state, bits } = plan.load(rows![0]);
    const rules = context.access.decide(object, 'update', context.snapshot).rulesFor(bits);
    const merged: Record<string, unknown> = {
      ...values,
      description: continued(
        state['description'],
        values['description'],
        context.descriptor.byKey.get('description')!.maxLength,
      ),
      tags: together(state['tags'], values['tags']),
    };
    const isAdded = (key: string) => key === 'description' || key === 'tags';
    const changes = Object.fromEntries(
      Object.entries(merged).filter(
        ([key, value]) => !isEmpty(value) && (isAdded(key) || isEmpty(state[key])) && rules.canWrite(key),
      ),
    );
    // Also if the caller does not see a part of it: filling the rest would reveal whether that part is empty.
    if (ADDRESS.some((key) => state[key] || !rules.canWrite(key)))
      for (const key of ADDRESS) delete changes[key];
    if (Object.keys(changes).length)
      await this.records.update(object, [{ id, changes }], {
        uow,
        atomic: true,
        madeOf: lead,
        // Which record the lead belongs to was decided before.
        duplicates: 'allow',
      });
  }

  /** A conversion must not bypass rights: the caller must be allowed to link the contact to the account directly. */
  async assertLinkable(uow: UnitOfWork, id: string): Promise<void> {
    const { reader } = this.records;
    const context = await reader.contextFor('contact');
    const plan = reader.plan(context.descriptor, [], { context, action: 'update', names: false });
    const [rows] = await uow.together([reader.byIds(plan, [id], context, 'update', 'living')]);
    const access = context.access.decide('contact', 'update', context.snapshot);
    if (!rows!.length || !access.rulesFor(plan.load(rows![0]).bits).canWrite('account'))
      throw forbidden(
        'contactNotLinkable',
        "Your roles don't let you link this contact to another account. Choose an account the contact belongs to, or ask a colleague who can change the contact to convert the lead.",
      );
  }
}

/** Returns the existing text with the other one below it; undefined if it already contains that or there is no room. */
function continued(there: unknown, added: unknown, maxLength: number): string | undefined {
  const [before, more] = [String(there ?? ''), String(added ?? '').trim()];
  if (!more || before.includes(more)) return undefined;
  const text = before.trim() ? `${before}\n\n${more}` : more;
  return text.length > maxLength ? undefined : text;
}

/** Returns the existing and the added values together; undefined if nothing is added. */
function together(there: unknown, added: unknown): string[] | undefined {
  const [before, more] = [(there ?? []) as string[], (added ?? []) as string[]];
  return more.some((one) => !before.includes(one)) ? [...new Set([...before, ...more])] : undefined;
}

/** Whether a field has no value. */
function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
