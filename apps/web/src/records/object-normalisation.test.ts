import { describe, expect, it } from 'vitest';
import { type DescribedObject, normaliseObject, PERSON_NAME, valuesFromName } from './object-normalisation';
import { defaultColumns } from './list/default-columns';
import { recordName } from './object-description';
import { PLAIN_TRAITS } from './testing/described-traits';

const labels = {
  name: 'Name',
  system: 'System',
  createdAt: 'C',
  createdBy: 'CB',
  updatedAt: 'U',
  updatedBy: 'UB',
};
const field = (key: string, defaultColumn = true): DescribedObject['fields'][number] => ({
  key,
  label: key,
  type: 'text' as const,
  required: false,
  readOnly: false,
  defaultColumn,
});
const described = (...fields: ReturnType<typeof field>[]): DescribedObject => ({
  ...PLAIN_TRAITS,
  key: 'x',
  path: '/xs',
  label: 'X',
  pluralLabel: 'Xs',
  fields,
});

describe('an object of people', () => {
  const contact = normaliseObject(described(field('firstName'), field('lastName'), field('email')), labels);

  it('shows first and last name as one column', () => {
    expect(defaultColumns(contact)).toEqual([PERSON_NAME, 'email']);
    expect(recordName(contact, { id: '1', version: 1, firstName: 'Ada', lastName: 'Byron' })).toBe(
      'Ada Byron',
    );
    expect(
      recordName(contact, { id: '1', version: 1, firstName: null, lastName: null, email: 'a@b.example' }),
    ).toBe('a@b.example');
  });

  it('splits a typed name', () => {
    expect(valuesFromName(contact, ' Ada King  Byron ')).toEqual({
      firstName: 'Ada King',
      lastName: 'Byron',
    });
    expect(valuesFromName(contact, 'Byron')).toEqual({ lastName: 'Byron' });
  });
});

describe('an object whose name is withheld', () => {
  it('still has a column that links to the record, without sorting', () => {
    const hidden = normaliseObject(described(field('country')), labels);
    expect(defaultColumns(hidden)).toEqual([PERSON_NAME, 'country']);
    const halfMasked = normaliseObject(
      described({ ...field('lastName'), sortable: true }, { ...field('firstName'), sortable: false }),
      labels,
    );
    expect(halfMasked.fields[0]).toMatchObject({ key: PERSON_NAME, sortable: false });
  });
});

describe('an object with a name', () => {
  const account = normaliseObject(described(field('name'), field('country')), labels);

  it('keeps its name field and gains the fields of every record', () => {
    expect(account.nameField).toBe('name');
    expect(account.fields.map(({ key }) => key)).toEqual([
      'name',
      'country',
      'createdAt',
      'createdBy',
      'updatedAt',
      'updatedBy',
    ]);
    expect(valuesFromName(account, 'Acme')).toEqual({ name: 'Acme' });
  });
});
