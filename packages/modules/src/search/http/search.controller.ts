import { Controller, Inject } from '@nestjs/common';
import { Endpoint, freeText, Input, pageQuery, pageSchema, type ParsedInput } from '@pellucid/platform/http';
import { z } from 'zod';
import { SearchRebuilds } from '../rebuilds.js';
import { SearchService } from '../query/search.service.js';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

const query = z.strictObject({
  q: freeText(200).meta({
    description:
      'Words, beginnings of words, phone numbers and amounts in any notation, parts of e-mail addresses, or an ID. At most 8 words count. If few records match, words that are spelt like these match too.',
  }),
  objects: z
    .string()
    .max(1000)
    .transform((text) => text.split(',').filter(Boolean))
    .optional()
    .meta({ description: 'Keys of the objects to search, separated by commas. All by default.' }),
  ...pageQuery(20, 100).shape,
  explain: flag
    .optional()
    .meta({ description: 'Whether hits say which fields match and how their score is made up.' }),
  record: z
    .string()
    .regex(
      /^[\w-]{1,100}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      'must be an object and an ID, such as account/0199…',
    )
    .optional()
    .meta({ description: 'A record, as `object/id`, to say of why it is found or not.' }),
});

const hit = z
  .object({
    object: z.string(),
    id: z.uuid(),
    title: z.string(),
    snippet: z
      .string()
      .optional()
      .meta({ description: 'The value that matches, if the title does not show it.' }),
    field: z.string().optional().meta({ description: 'Key of the field that the snippet is from.' }),
    score: z.int().meta({ description: '0 to 1000.' }),
    explanation: z
      .object({
        fields: z.array(
          z.object({
            field: z.string(),
            label: z.string(),
            match: z.enum(['word', 'beginning', 'misspelt']),
          }),
        ),
        parts: z.object({ beginnings: z.int(), words: z.int(), recency: z.int(), own: z.int() }).meta({
          description:
            'What the score is made of: beginnings of words (up to 600) and whole words (200) weighted by field, how recently the record changed (120), and whether it belongs to the searcher (80).',
        }),
      })
      .optional(),
  })
  .meta({ id: 'SearchHit' });

const answer = z
  .object({
    data: z.array(hit),
    page: pageSchema,
    counts: z
      .record(z.string(), z.object({ value: z.int(), capped: z.boolean() }))
      .meta({ description: 'Number of hits by object.' }),
    truncated: z
      .boolean()
      .meta({ description: 'Whether so many records match that better ones may be missing.' }),
    meta: z
      .object({
        indexing: z.literal(true).meta({
          description:
            'Rights or fields have changed. Until the index has followed, fewer fields are searched.',
        }),
      })
      .optional(),
    record: z
      .object({
        object: z.string(),
        id: z.string(),
        isFound: z.boolean(),
        reasons: z.array(
          z.object({ code: z.string(), params: z.record(z.string(), z.unknown()), because: z.string() }),
        ),
      })
      .optional(),
  })
  .meta({ id: 'SearchAnswer' });

/** Endpoint of the search over all objects. */
@Controller()
export class SearchController {
  constructor(
    @Inject(SearchService) private readonly service: SearchService,
    @Inject(SearchRebuilds) private readonly rebuilds: SearchRebuilds,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/search',
    operationId: 'search',
    summary: 'Search all objects',
    description:
      'Returns the records that the caller sees and that have all words, the best first. Fields that are hidden from the caller or masked have no part in it.',
    tag: 'Search',
    access: 'authenticated',
    query,
    responses: { 200: answer },
    sample: () => ({ query: { q: 'sample' } }),
  })
  search(@Input() { query: request }: ParsedInput) {
    return this.service.search(request);
  }

  @Endpoint({
    method: 'post',
    path: '/search/rebuild',
    operationId: 'rebuildSearch',
    summary: 'Rebuild the search index',
    description:
      'A bulk job (`/bulk-jobs/{id}`) makes the index of all records anew. Searches find everything meanwhile. Only needed after rows were changed outside of the product.',
    tag: 'Search',
    access: { system: 'manageJobs' },
    status: 202,
    responses: {
      202: z.object({ id: z.uuid(), status: z.string(), total: z.int() }).meta({ id: 'SearchRebuild' }),
    },
    sample: () => ({}),
  })
  rebuild() {
    return this.rebuilds.requestAll();
  }
}
