import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { afterAll, beforeAll, expect } from 'vitest';
import { type ApiCall, registerCompany, type TestApi, type TestCompany } from './api-process.js';
import { type Colleague, TestPeople } from './colleagues.js';

/** The permission for the action on all records of an object. */
export const all = (object: string, action = '*'): Permission => ({ object, action, scope: 'all' });
const clear = (...objects: string[]): FieldPermission[] =>
  objects.map((object) => ({ object, field: '*', access: 'edit' }));

/** Object and verb of each event. */
export const told = (data: any[]) => data.map((e) => `${e.object} ${e.verb}`);

/** A company with a few events, and people named by what they may see of them. */
export interface AuditWorld {
  company: TestCompany;
  people: TestPeople;
  auditor: Colleague;
  ownOnly: Colleague;
  withheld: Colleague;
  noContacts: Colleague;
  outsider: Colleague;
  /** An account of `ownOnly`. */
  mine: any;
  /** An account of the administrator, deleted in the end. */
  theirs: any;
  contact: any;
}

/**
 * Sets up the tests of a file.
 * @param start gives the API
 * @param end ends what was started for the file alone, once nothing uses it any more
 */
export function auditStage(start: () => Promise<TestApi>, end = async () => {}) {
  let api: TestApi;
  let world: AuditWorld;

  beforeAll(async () => {
    api = await start();
    world = await build();
  });
  afterAll(async () => {
    await world?.people.end();
    await end();
  });

  function call(
    who: { token: string },
    method: string,
    path: string,
    body?: unknown,
    headers?: ApiCall['headers'],
  ) {
    return api.call(method, path, { token: who.token, body, ...(headers ? { headers } : {}) });
  }
  async function made(who: { token: string }, path: string, body: unknown) {
    const answer = await call(who, 'POST', path, body);
    expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
    return answer.body;
  }
  const audit = (who: { token: string }, query: Record<string, string> = {}) =>
    call(who, 'GET', `/audit?${new URLSearchParams(query)}`);
  async function entries(who: { token: string }, query: Record<string, string> = {}) {
    const answer = await audit(who, query);
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body.data as any[];
  }

  async function build(): Promise<AuditWorld> {
    const company = await registerCompany(api);
    const people = await TestPeople.of(api.database, api, company);
    const viewAudit = ['viewAudit'];
    const colleague = async (role: Parameters<TestPeople['role']>[0]) =>
      people.colleague([await people.role(role)]);
    const auditor = await colleague({
      permissions: [all('*', 'read')],
      system: viewAudit,
      fields: clear('contact'),
    });
    const ownOnly = await colleague({
      permissions: [{ object: 'account', action: '*', scope: 'own' }, all('member', 'read')],
      system: viewAudit,
    });
    const withheld = await colleague({
      permissions: [all('*', 'read')],
      system: viewAudit,
      fields: [
        ...clear('contact'),
        { object: 'contact', field: 'email', access: 'mask' },
        { object: 'contact', field: 'phone', access: 'hidden' },
        { object: 'contact', field: 'lastName', access: 'mask' },
      ],
    });
    const noContacts = await colleague({ permissions: [all('account', 'read')], system: viewAudit });
    const outsider = await colleague({ permissions: [all('*')] });
    await people.settle();

    const mine = await made(ownOnly, '/accounts', { name: 'Owned account', city: 'Bern' });
    const theirs = await made(company, '/accounts', { name: 'Other account' });
    const contact = await made(company, '/contacts', {
      firstName: 'Ann',
      lastName: 'Canaryson',
      email: 'ann.canary@example.com',
      phone: '+41 44 111 22 33',
      account: theirs.id,
    });
    await call(company, 'PATCH', `/contacts/${contact.id}`, {
      email: 'second.canary@example.com',
      jobTitle: 'CFO',
    });
    await call(
      company,
      'PATCH',
      `/accounts/${theirs.id}`,
      { city: 'Chur' },
      { 'x-correlation-id': 'corr-4711' },
    );
    await call(company, 'DELETE', `/accounts/${theirs.id}?referrers=unlink`);
    return { company, people, auditor, ownOnly, withheld, noContacts, outsider, mine, theirs, contact };
  }

  return {
    get api() {
      return api;
    },
    get world() {
      return world;
    },
    call,
    /** Creates a record. Returns it. */
    made,
    /** The answer of the log. */
    audit,
    /** The events that the log shows. */
    entries,
  };
}
