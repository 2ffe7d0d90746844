import { describe, expect, it } from 'vitest';
import { features } from '../features';
import { isFoundBy, SEARCH_WORDS } from './search-words';

describe('search words', () => {
  it('belong to every part of the settings and every page of the menu', () => {
    const pages = features.flatMap(({ settingsParts = [], navItems = [] }) => [
      ...settingsParts,
      ...navItems,
    ]);
    expect(pages.map(({ to }) => to).filter((to) => !SEARCH_WORDS[to])).toEqual([]);
  });

  it.each([
    ['time zone', '/settings'],
    ['Währung', '/settings/exchange-rates'],
    ['wahrung', '/settings/exchange-rates'],
    ['2fa', '/settings/security'],
    ['Kennwort', '/settings/security'],
    ['Sprache', '/settings/profile'],
    ['permiss', '/settings/roles'],
    ['DSGVO', '/settings/masking'],
    ['invite', '/people'],
  ])('"%s" finds %s', (wanted, page) => {
    expect(isFoundBy(wanted, SEARCH_WORDS[page]!)).toBe(true);
  });

  it('don’t match the middle of a word, or only some of the words', () => {
    expect(isFoundBy('ency', SEARCH_WORDS['/settings']!)).toBe(false);
    expect(isFoundBy('time machine', SEARCH_WORDS['/settings']!)).toBe(false);
  });
});
