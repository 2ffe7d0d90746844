import { SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field, optionsOf } from '@pellucid/platform/records';
import { tagTextsDe } from './tags.texts-de.js';

/** A label for records of any object. The engine's `tags` field stores the links in record_tag. */
export const tagRecord = defineRecord({
  key: 'tag',
  texts: { de: tagTextsDe },
  plural: 'tags',
  label: 'Tag',
  pluralLabel: 'Tags',
  table: 'tag',
  ownedByCreator: false,
  defaultSort: 'name',
  listed: false,
  presentation: { icon: 'tag', order: 80, keyFacts: [] },
  roles: SALES_DATA,
  fields: [
    field.text('name', 'Name', { required: true, maxLength: 100, searchable: true, defaultColumn: true }),
    field.select(
      'color',
      'Colour',
      optionsOf('gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'),
      {
        defaultColumn: true,
      },
    ),
  ],
  uniques: [
    { constraint: 'tag_name_living_key', field: 'name', message: 'Another tag already has this name.' },
  ],
});
