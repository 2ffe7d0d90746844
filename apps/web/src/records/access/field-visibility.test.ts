import { describe, expect, it } from 'vitest';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';
import { hiddenFields, isWritable, labelFromKey, visibilityOf, withListNotes } from './field-visibility';

const email: FieldDescription = {
  key: 'email',
  label: 'E-mail',
  type: 'email',
  required: false,
  readOnly: false,
};
const object = { key: 'account', path: '/accounts', fields: [email] } as ObjectDescription;
const record = (access?: Record<string, string>): RecordData => ({
  id: '1',
  version: 1,
  ...(access && { meta: { access } }),
});

describe('what is withheld of a record in a list', () => {
  it('is what the list reports for all, unless the record reports otherwise', () => {
    const noted = withListNotes(record({ email: 'clear', owner: 'mask' }), {
      email: 'mask',
      phone: 'hidden',
    });
    expect(['email', 'phone', 'owner', 'name'].map((key) => visibilityOf(noted, key))).toEqual([
      'clear',
      'hidden',
      'mask',
      'clear',
    ]);
  });

  it('leaves a record without withheld values unchanged', () => {
    const plain = record();
    expect(withListNotes(plain, {})).toBe(plain);
  });
});

describe('a field', () => {
  it('is not writable if its value is masked', () => {
    expect(isWritable(email, record(), 'a@b.example')).toBe(true);
    expect(isWritable(email, record({ email: 'mask' }), 'a•••@b•••.example')).toBe(false);
    expect(isWritable({ ...email, readOnly: true }, record(), 'a@b.example')).toBe(false);
  });

  it('is writable if the rights to this record allow it', () => {
    expect(isWritable(email, record(), 'a@b.example', { email: 'edit' })).toBe(true);
    expect(isWritable(email, record(), 'a@b.example', { email: 'view' })).toBe(false);
    expect(isWritable(email, record(), 'a@b.example', {})).toBe(false);
    expect(isWritable({ ...email, readOnly: true }, record(), '', { email: 'edit' })).toBe(false);
  });

  it('that references an invisible record may be changed to another', () => {
    expect(isWritable(email, record({ email: 'mask' }), { id: '2', name: '' })).toBe(true);
  });

  it('that is hidden is labelled by its key, in words', () => {
    expect(hiddenFields(object, record({ annualRevenue: 'hidden', email: 'mask' }))).toMatchObject([
      { key: 'annualRevenue', label: 'Annual revenue', readOnly: true },
    ]);
    expect(labelFromKey('email')).toBe('Email');
    expect(labelFromKey('custom.secretCode')).toBe('Secret code');
  });
});
