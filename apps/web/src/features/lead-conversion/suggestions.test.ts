import { describe, expect, it } from 'vitest';
import { companyName, isSameCompany, rankAccounts, rankContacts } from './suggestions';

const record = (id: string, values: object) => ({ id, version: 1, ...values });

describe('the same company', () => {
  it('is found regardless of legal form, case and accents', () => {
    expect(companyName('ACME Corporation, Inc.')).toBe('acme');
    expect(isSameCompany(record('1', { name: 'Café Müller GmbH' }), 'cafe muller')).toBe(true);
    expect(isSameCompany(record('1', { name: 'Acme Tools' }), 'Acme')).toBe(false);
  });

  it('is none if the lead names none', () => {
    expect(isSameCompany(record('1', { name: '' }), '')).toBe(false);
  });

  it('comes before similar names', () => {
    const accounts = [record('1', { name: 'Acme Tools' }), record('2', { name: 'Acme Ltd' })];
    expect(rankAccounts(accounts, 'Acme').map(({ id }) => id)).toEqual(['2', '1']);
  });
});

describe('the same person', () => {
  it('is found by e-mail first, then by name, and only once', () => {
    const contacts = [
      record('1', { name: 'Ann Other' }),
      record('2', { firstName: 'Ann', lastName: 'Lee' }),
      record('3', { name: 'A. Lee', email: 'ANN@acme.test' }),
      record('2', { firstName: 'Ann', lastName: 'Lee' }),
    ];
    const ranked = rankContacts(contacts, { email: 'ann@acme.test', name: 'ann lee' });
    expect(ranked.map(({ id }) => id)).toEqual(['3', '2', '1']);
  });
});
