import { expect, test } from 'vitest';
import type { MaskedField, MaskedObject } from './api/field-security';
import { changedRules, hasOwnRule, previewFields, ruleOf, withRule } from './rule-draft';

const field = (key: string, given: Partial<MaskedField> = {}): MaskedField => ({
  field: key,
  label: key,
  type: 'email',
  pii: 'personal',
  describedPii: 'personal',
  defaultLevel: 'edit',
  strategy: 'partial',
  rule: null,
  strategies: ['partial', 'redact', 'hash'],
  encryptRefused: null,
  example: { value: 'a', masked: 'b' },
  ...given,
});
const email = field('email');
const phone = field('phone', { rule: { strategy: 'hash', pii: null }, strategy: 'hash' });
const title = field('title', { pii: 'internal' });
const contact: MaskedObject = {
  object: 'contact',
  label: 'Contact',
  pluralLabel: 'Contacts',
  fields: [email, phone, title],
};

test('a change that is reverted leaves nothing to save', () => {
  const changed = withRule({}, 'contact', email, { strategy: 'redact', pii: null });
  expect(ruleOf('contact', email, changed)).toEqual({ strategy: 'redact', pii: null });
  expect(hasOwnRule('contact', email, changed)).toBe(true);
  expect(withRule(changed, 'contact', email, { strategy: 'partial', pii: null })).toEqual({});
  const removed = withRule({}, 'contact', phone, null);
  expect(ruleOf('contact', phone, removed)).toEqual({ strategy: 'partial', pii: null });
  expect(hasOwnRule('contact', phone, removed)).toBe(false);
  expect(withRule(removed, 'contact', phone, { strategy: 'hash', pii: null })).toEqual({});
});

test('the preview gets the changed rules, with the default one for a removed rule', () => {
  let draft = withRule({}, 'contact', email, { strategy: 'partial', pii: 'sensitive' });
  draft = withRule(draft, 'contact', phone, null);
  expect(changedRules(contact, draft)).toEqual([
    { field: 'email', strategy: 'partial', pii: 'sensitive' },
    { field: 'phone', strategy: 'partial', pii: null },
  ]);
  expect(previewFields(contact, draft)).toEqual(['email', 'phone']);
});

test('without changes the preview shows fields with rules, or else the personal ones', () => {
  expect(previewFields(contact, {})).toEqual(['phone']);
  expect(previewFields({ ...contact, fields: [email, title] }, {})).toEqual(['email']);
  expect(previewFields({ ...contact, fields: [title] }, {})).toEqual(['title']);
});
