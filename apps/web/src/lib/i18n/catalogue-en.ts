import { catalogueOf } from './catalogue';

export const catalogue = catalogueOf(
  import.meta.glob<object>(['../../{app,records}/locales/en.json', '../../features/*/locales/en.json'], {
    eager: true,
    import: 'default',
  }),
);
