import { recordDescriptors } from '@pellucid/modules/lists/records';
import { inLanguage, missingTexts, type ObjectTexts } from '@pellucid/platform/records';
import { describe, expect, test } from 'vitest';

describe('descriptions', () => {
  test.each(recordDescriptors.map((descriptor) => [descriptor.key, descriptor] as const))(
    '%s has every text in German',
    (_, descriptor) => expect(missingTexts(descriptor, 'de')).toEqual([]),
  );

  test('a missing text of any kind is found', () => {
    const kinds: [key: string, without: (texts: ObjectTexts) => Partial<ObjectTexts>][] = [
      ['lead', () => ({ pluralLabel: '' })],
      ['lead', ({ fields: { company: _, ...fields } }) => ({ fields })],
      ['opportunity', ({ fields: { lines: _, ...fields } }) => ({ fields })],
      ['lead', () => ({ help: {} })],
      ['lead', () => ({ sections: {} })],
      ['lead', () => ({ verbs: {} })],
      ['lead', ({ options }) => ({ options: { ...options, rating: { Hot: 'Heiß' } } })],
      ['lead', () => ({ frozen: ' ' })],
      ['tag', () => ({ uniques: {} })],
    ];
    for (const [key, without] of kinds) {
      const descriptor = recordDescriptors.find((each) => each.key === key)!;
      const de = { ...descriptor.texts!.de, ...without(descriptor.texts!.de) };
      expect(missingTexts({ ...descriptor, texts: { de } }, 'de'), `${key} ${without}`).not.toEqual([]);
    }
  });

  test('keep keys and values in every language', () => {
    for (const descriptor of recordDescriptors) {
      const german = inLanguage(descriptor, 'de');
      const stable = (object: typeof german) => ({
        fields: object.fields.map(({ key, options }) => [key, options?.map(({ value }) => value)]),
        verbs: object.verbs.map(({ key }) => key),
      });
      expect(stable(german)).toEqual(stable(descriptor));
    }
  });

  test('say fields and options in German, and leave what a company added as it is', () => {
    const account = recordDescriptors.find(({ key }) => key === 'account')!;
    const own = { value: 'Brewing', label: 'Brewing' };
    const fields = account.fields.map((f) =>
      f.key === 'industry' ? { ...f, options: [...f.options!, own] } : f,
    );
    const german = inLanguage({ ...account, fields }, 'de');
    const industry = german.byKey.get('industry')!;
    expect([industry.label, industry.section]).toEqual(['Branche', 'Firma']);
    expect(industry.options).toContainEqual({ value: 'Retail', label: 'Handel' });
    expect(industry.options).toContainEqual(own);
  });
});
