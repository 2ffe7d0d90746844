import { catalogueOf } from './catalogue';

export const catalogue = catalogueOf(
  import.meta.glob<object>(['../../{app,records}/locales/de.json', '../../features/*/locales/de.json'], {
    eager: true,
    import: 'default',
  }),
);
