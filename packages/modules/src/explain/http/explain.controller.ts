import { Controller, Inject } from '@nestjs/common';
import { FIELD_LEVELS } from '@pellucid/platform/access';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { z } from 'zod';
import { ExplainService } from '../explain.service.js';
import { RightsService } from '../rights.service.js';
import { ViewersService } from '../viewers.service.js';

const uuid = z.uuid({ error: 'must be a UUID' }).transform((s) => s.toLowerCase());
const key = z.string().min(1).max(100);

const subject = z.object({ kind: z.enum(['member', 'apiKey']), id: z.uuid(), name: z.string() });
const explained = subject.extend({
  kind: z
    .enum(['member', 'apiKey', 'role'])
    .meta({ description: '`role` where an administrator looks through it and asks about themself.' }),
});

const said = {
  code: z.string().meta({ description: 'Code of the sentence, for texts in other languages.' }),
  params: z.record(z.string(), z.unknown()).meta({ description: 'Parameters of the sentence, by name.' }),
  because: z.string().meta({ description: 'The sentence in English.' }),
};

const explanation = z
  .object({
    allowed: z.boolean(),
    effect: z.enum(FIELD_LEVELS),
    subject: explained,
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
          'links',
          'sharing',
          'field',
          'mask',
        ]),
        outcome: z.enum(['yes', 'no', 'notNeeded']),
        ...said,
        source: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }).nullable(),
      }),
    ),
    wouldNeed: z
      .array(z.object(said))
      .meta({ description: 'If refused: changes that would each remove the first obstacle.' }),
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
        linked: z
          .boolean()
          .meta({ description: 'Whether a linked record that the caller sees opens it to them.' }),
      }),
    ),
  })
  .meta({ id: 'ViewerList' });

const recordRights = z
  .object({
    actions: z.record(z.string(), z.boolean()).meta({
      description: 'Whether the caller can read, update, delete … the record, by action, including verbs.',
    }),
    fields: z.record(z.string(), z.enum(FIELD_LEVELS)).meta({
      description:
        'What the caller may do with each field of this record: `edit` where an update may write it, else how it is shown.',
    }),
  })
  .meta({ id: 'RecordRights' });

/** Endpoints for one's own rights, why somebody may or may not do something, and who may. */
@Controller()
export class ExplainController {
  constructor(
    @Inject(ExplainService) private readonly explanations: ExplainService,
    @Inject(RightsService) private readonly rightsTo: RightsService,
    @Inject(ViewersService) private readonly viewers: ViewersService,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/access/rights',
    operationId: 'recordRights',
    summary: 'Get what the caller can do with a record',
    description:
      'Returns every action and field at once, for buttons and forms. When viewing as a role (`X-View-As-Role`), returns what that role can do.',
    tag: 'Access',
    access: 'authenticated',
    query: z.strictObject({ object: key, record: uuid }),
    responses: { 200: recordRights },
    sample: (world) => ({ query: { object: 'account', record: world['account']! } }),
  })
  rights(@Input() { query }: ParsedInput) {
    return this.rightsTo.of(query.object, query.record);
  }

  @Endpoint({
    method: 'get',
    path: '/access/explain',
    operationId: 'explainAccess',
    summary: "Explain why someone can or can't do something",
    description:
      'Returns the decision and each step that led to it. `subject` is the ID of a member or an API key. It defaults to the caller or the role being viewed.',
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
    return { data: await this.viewers.of(query) };
  }
}
