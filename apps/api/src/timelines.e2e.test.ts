import { expect, test } from 'vitest';
import { dealsStage } from './testing/deals-stage.js';

const stage = dealsStage();

/** What the entries of a timeline say: kind, verb and record. */
async function told(path: string): Promise<string[]> {
  const { status, body } = await stage.call('GET', `${path}/timeline`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data.flatMap(({ kind, events }: any) =>
    events.map(({ verb, record }: any) => `${kind} ${verb} ${record.name}`),
  );
}

test('a converted lead is found on the timelines of what it has become', async () => {
  const lead = await stage.made('/leads', { firstName: 'Max', lastName: 'Muster', company: 'Muster AG' });
  const converted = await stage.call('POST', `/leads/${lead.id}/convert`, {
    opportunity: { name: 'First order' },
  });
  expect(converted.status, JSON.stringify(converted.body)).toBe(200);
  const { account, contact, opportunity } = converted.body;
  for (const path of [
    `/contacts/${contact.id}`,
    `/accounts/${account.id}`,
    `/opportunities/${opportunity.id}`,
  ])
    expect(await told(path)).toEqual(
      expect.arrayContaining(['lead converted Max Muster', 'lead created Max Muster']),
    );
  expect(await told(`/accounts/${account.id}`)).toEqual(
    expect.arrayContaining(['contact created Max Muster', 'opportunity created First order']),
  );
  expect(await told(`/leads/${lead.id}`)).toContain('changes converted Max Muster');
});

test('shares of a record are told with whom and how far', async () => {
  const account = await stage.made('/accounts', { name: 'Shared' });
  const team = await stage.made('/teams', { name: 'Harbour' });
  await stage.made('/shares', {
    object: 'account',
    record: account.id,
    grantee: { kind: 'team', id: team.id },
    access: 'read',
  });
  const { body } = await stage.call('GET', `/accounts/${account.id}/timeline`);
  expect(body.data[0].events[0]).toMatchObject({
    verb: 'shared',
    share: { grantee: { kind: 'team', id: team.id, name: 'Harbour' }, access: 'read', until: null },
  });
});
