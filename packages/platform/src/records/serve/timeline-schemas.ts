import { z } from 'zod';
import { pageQuery, pageSchema } from '../../http/page-schemas.js';
import { accessMeta, historyEntrySchema } from './record-schemas.js';

const listOf = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => text.split(',').filter(Boolean));

/** Query parameters of a timeline. */
export const timelineQuery = z
  .strictObject({
    kinds: listOf(2000).optional().meta({
      description:
        'Kinds of entries, separated by commas: `changes` of the record itself, and keys of objects. All by default.',
    }),
    people: listOf(2000)
      .pipe(z.array(z.uuid('must be IDs, separated by commas').transform((id) => id.toLowerCase())).max(50))
      .optional()
      .meta({
        description: 'IDs of the people and API keys whose entries to return, separated by commas.',
      }),
    ...pageQuery(25, 100).shape,
  })
  .meta({ id: 'Timeline' });

const timelineEvent = historyEntrySchema
  .extend({
    object: z.string(),
    record: z.object({ id: z.uuid(), name: z.string() }).meta({ description: 'To what it happened.' }),
    share: z
      .object({
        grantee: z.object({ kind: z.string(), id: z.uuid(), name: z.string() }),
        access: z.string(),
        until: z.string().nullable(),
      })
      .optional()
      .meta({ description: 'For a share: with whom, how far and until when.' }),
  })
  .meta({ id: 'TimelineEvent' });

const timelineEntry = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({ description: '`changes` of the record itself, or the key of an object.' }),
    at: z.iso.datetime(),
    events: z
      .array(timelineEvent)
      .optional()
      .meta({ description: 'What happened, newest first: events that belong together.' }),
    record: z
      .looseObject({ id: z.uuid(), name: z.string() })
      .optional()
      .meta({ description: 'A record of the object that is about the record, with its main fields.' }),
  })
  .meta({ id: 'TimelineEntry' });

/** A page of a timeline. */
export const timelinePage = z
  .object({
    data: z.array(timelineEntry),
    upcoming: z
      .array(timelineEntry)
      .optional()
      .meta({ description: 'What is planned, the next first, at most 20. Only on the first page.' }),
    page: pageSchema,
    kinds: z.array(z.string()).meta({ description: 'The kinds of entries to filter by.' }),
    meta: accessMeta.optional(),
  })
  .meta({
    id: 'Timeline',
    description:
      'Changes of the record, what is about it (activities, notes, files), and what happened to records that belong to it, as far as you see each of them. Changes that belong together are one entry.',
  });
