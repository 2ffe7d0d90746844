import { TAGS } from '../base-objects.js';
import { type FieldDescriptor, field } from '../descriptor.js';
import { manyToMany } from './many-to-many.js';

/** Tags of any record, in the link table record_tag. */
export function tagsField(object: string): FieldDescriptor {
  const link = manyToMany({
    table: 'record_tag',
    own: 'record_id',
    target: 'tag_id',
    targetTable: 'tag',
    marks: { object },
  });
  return field.references('tags', 'Tags', TAGS, link);
}
