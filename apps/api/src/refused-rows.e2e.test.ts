import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService } from '@pellucid/platform/records';
import { describe, expect, test } from 'vitest';
import { dealsStage } from './testing/deals-stage.js';

/* A row that only the database refuses, when the batch is saved, leaves nothing behind: neither its event nor what other records owe to it. */

const sales = dealsStage();
const { account, call, deal, made } = sales;

/** Runs a write of several rows as the administrator. */
const together = <T>(write: (records: RecordService) => Promise<T>): Promise<T> => {
  const { tenantId, memberId } = sales.company;
  const actor = { kind: 'member' as const, id: memberId };
  const context = newContext({ correlationId: 'test', tenantId, memberId, actor });
  return runInContext(context, () => write(sales.api.app.get(RecordService)));
};
/** An external ID of the object that is in use. */
async function taken(path: string): Promise<string> {
  const externalId = crypto.randomUUID();
  await made(path, { name: `Owner of ${externalId}`, externalId });
  return externalId;
}
const read = async (path: string) => (await call('GET', path)).body;
const statuses = (outcomes: { status: string }[]) => outcomes.map(({ status }) => status);

describe('in a batch, a refused row', () => {
  test('renames no deal after its account', async () => {
    const accounts = [await account(), await account(), await account()];
    const deals = [];
    for (const { id } of accounts) deals.push(await deal({ account: id }));
    const externalId = await taken('/accounts');
    const name = (n: number) => `Renamed ${n} ${externalId}`;
    const outcomes = await together((records) =>
      records.update(
        'account',
        accounts.map(({ id }, n) => ({
          id,
          changes: { name: name(n), ...(n === 1 ? { externalId } : {}) },
        })),
      ),
    );
    expect(statuses(outcomes)).toEqual(['updated', 'failed', 'updated']);
    const now = await Promise.all(deals.map(({ id }) => read(`/opportunities/${id}`)));
    expect(now.map((d) => d.name)).toEqual([name(0), deals[1].name, name(2)]);
    expect(now[1].version).toBe(deals[1].version);
    const events = now.map(({ id }) => read(`/opportunities/${id}/history`));
    expect((await Promise.all(events)).map(({ data }) => data.length)).toEqual([2, 1, 2]);
  });

  test('takes the place of no default pipeline', async () => {
    const externalId = await taken('/pipelines');
    const outcomes = await together((records) =>
      records.create('pipeline', [
        { name: 'Refused', isDefault: true, externalId },
        { name: `Beside ${externalId}` },
      ]),
    );
    expect(statuses(outcomes)).toEqual(['failed', 'created']);
    expect((await read(`/pipelines/${sales.pipeline}`)).isDefault).toBe(true);
  });

  test('makes nobody else the primary contact', async () => {
    const { id } = await account();
    const first = await made('/contacts', { lastName: 'First', account: id });
    const second = await made('/contacts', { lastName: 'Second', account: id });
    expect(first.primaryOf.map((a: { id: string }) => a.id)).toEqual([id]);
    const externalId = crypto.randomUUID();
    const other = await made('/contacts', { lastName: 'Owner', externalId });
    const outcomes = await together((records) =>
      records.update('contact', [
        { id: first.id, changes: { account: null, externalId } },
        { id: other.id, changes: { firstName: 'Beside' } },
      ]),
    );
    expect(statuses(outcomes)).toEqual(['failed', 'updated']);
    expect((await read(`/contacts/${first.id}`)).primaryOf).toMatchObject([{ id }]);
    expect((await read(`/contacts/${second.id}`)).primaryOf).toEqual([]);
    expect((await read(`/contacts/${second.id}/history`)).data).toHaveLength(1);
  });
});

test('a deletion that one of the other records refuses leaves them all as they were', async () => {
  const marker = crypto.randomUUID();
  sales.api.app.get(RecordService).participate({
    name: `test.stays-${marker}`,
    objects: ['contact', 'opportunity'],
    phase: 'checks',
    order: 900,
    run: ({ rows }) => {
      for (const row of rows)
        if (row.before && [row.after['lastName'], row.after['nextStep']].includes(marker))
          row.refuse('account', 'stays', 'It stays.');
    },
  });
  /** An account with a contact and a deal. */
  const crowd = async (contact: object, values: object) => {
    const { id } = await account();
    return {
      id,
      contact: await made('/contacts', { lastName: 'Contact', ...contact, account: id }),
      deal: await deal({ ...values, account: id }),
    };
  };
  // Whichever of the two objects is changed first, the other one was about to be changed too.
  const staying = [await crowd({ lastName: marker }, {}), await crowd({}, { nextStep: marker })];
  const going = await crowd({}, {});
  const outcomes = await together((records) =>
    records.remove(
      'account',
      [...staying, going].map(({ id }) => ({ id })),
      { referrers: 'unlink' },
    ),
  );
  expect(statuses(outcomes)).toEqual(['failed', 'failed', 'deleted']);
  for (const { id, contact, deal: own } of staying) {
    const now = [await read(`/contacts/${contact.id}`), await read(`/opportunities/${own.id}`)];
    expect(now.map((each) => [each.account?.id, each.version])).toEqual([
      [id, contact.version],
      [id, own.version],
    ]);
    expect((await read(`/contacts/${contact.id}/history`)).data).toHaveLength(contact.version);
  }
  expect((await read(`/contacts/${going.contact.id}`)).account).toBeNull();
});
