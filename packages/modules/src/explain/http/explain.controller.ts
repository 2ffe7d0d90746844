import { Controller, Inject } from '@nestjs/common';
import { FIELD_LEVELS } from '@pellucid/platform/access';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { z } from 'zod';
import { ExplainService } from '../explain.service.js';

const uuid = z.uuid({ error: 'must be a UUID' }).transform((s) => s.toLowerCase());
const key = z.string().min(1).max(100);

const subject = z.object({ kind: z.enum(['member', 'apiKey']), id: z.uuid(), name: z.string() });

const said = {
  code: z.string().meta({ description: 'What is said, for texts in other languages.' }),
  params: z.record(z.string(), z.unknown()).meta({ description: 'What the sentence speaks of, by name.' }),
  because: z.string().meta({ description: 'The sentence in English.' }),
};

const explanation = z
  .object({
    allowed: z.boolean(),
    effect: z.enum(FIELD_LEVELS),
    subject,
    object: z.string(),
    record: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    action: z.string(),
    field: z.string().nullable(),
    steps: z.array(
      z.object({
        step: z.enum([
          'tenant',
          'membership',
          'key',
          'roles',
          'permission',
          'record',
          'scope',
          'policy',
          'sharing',
          'field',
          'mask',
        ]),
        outcome: z.enum(['yes', 'no', 'notNeeded']),
        ...said,
        source: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }).nullable(),
      }),
    ),
    wouldNeed: z.array(z.object(said)).meta({ description: 'For a no: each of these would change it.' }),
  })
  .meta({ id: 'Explanation' });

const viewers = z
  .object({
    data: z.array(
      z.object({
        subject,
        effect: z.enum(FIELD_LEVELS),
        canUpdate: z.boolean(),
        roles: z.array(z.string()),
        shared: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'ViewerList' });

/** Why somebody may or may not, and who may. */
@Controller()
export class ExplainController {
  constructor(@Inject(ExplainService) private readonly explanations: ExplainService) {}

  @Endpoint({
    method: 'get',
    path: '/access/explain',
    operationId: 'explainAccess',
    summary: 'Explain why somebody may or may not do something',
    description:
      'The decision with each step that led there. `subject` is the id of a member or an API key; oneself unless told.',
    tag: 'Access',
    access: 'authenticated',
    query: z.strictObject({
      subject: uuid.optional(),
      object: key,
      record: uuid.optional(),
      action: key.default('read'),
      field: key.optional(),
    }),
    responses: { 200: explanation },
    sample: (world) => ({
      query: { object: 'account', record: world['account']!, action: 'read', field: 'name' },
    }),
  })
  explain(@Input() { query }: ParsedInput) {
    return this.explanations.explain(query);
  }

  @Endpoint({
    method: 'get',
    path: '/access/who',
    operationId: 'whoCanSee',
    summary: 'List who can see a record or one of its fields',
    tag: 'Access',
    access: 'authenticated',
    query: z.strictObject({ object: key, record: uuid, field: key.optional() }),
    responses: { 200: viewers },
    sample: (world) => ({ query: { object: 'account', record: world['account']! } }),
  })
  async who(@Input() { query }: ParsedInput) {
    return { data: await this.explanations.who(query) };
  }
}
