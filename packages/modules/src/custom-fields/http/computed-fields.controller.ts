import { Controller, Inject } from '@nestjs/common';
import { FIELD_TYPE_NAMES } from '@pellucid/conditions';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { MOST_PREVIEWED, ValuePreview, ValueSources } from '@pellucid/platform/records';
import { z } from 'zod';
import { key, previewBody } from './computed-fields.schemas.js';

const uuid = z.uuid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase());

const problem = z.object({
  code: z.string(),
  message: z.string(),
  start: z.int(),
  end: z.int(),
  params: z.record(z.string(), z.unknown()).optional(),
});

const previewed = z
  .object({
    type: z.enum(FIELD_TYPE_NAMES),
    scale: z.int().optional(),
    data: z.array(
      z.object({
        id: z.uuid(),
        name: z.string().optional().meta({ description: "Missing if the caller doesn't see it." }),
        value: z.unknown().meta({ description: 'What the field would have; null if it would be empty.' }),
        problem: problem.optional().meta({ description: 'Why there is no value.' }),
        withheld: z.literal(true).optional().meta({
          description: "Whether the caller's roles don't show everything that the value is made of.",
        }),
      }),
    ),
  })
  .meta({ id: 'FormulaPreview' });

const source = z
  .object({
    kind: z.enum(['formula', 'rollup', 'autoNumber']),
    formula: z.string().optional(),
    inputs: z
      .array(
        z.object({
          key: z.string().meta({ description: 'As the formula names it: `account.annualRevenue`.' }),
          label: z.string(),
          value: z.unknown(),
        }),
      )
      .optional(),
    problem: problem.optional().meta({ description: 'Why there is no value.' }),
    rollup: z
      .object({
        object: z.string(),
        field: z.string(),
        fn: z.enum(['count', 'sum', 'min', 'max']),
        of: z.string().optional(),
        filter: z.unknown().optional(),
        records: z.int().optional().meta({ description: 'How many records count.' }),
      })
      .optional(),
    changedAt: z.iso.datetime().nullable().meta({ description: 'When the value last changed.' }),
  })
  .meta({ id: 'ValueSource' });

/** Endpoints that try formulas, and that say where values come from. */
@Controller()
export class ComputedFieldsController {
  constructor(
    @Inject(ValuePreview) private readonly previews: ValuePreview,
    @Inject(ValueSources) private readonly sources: ValueSources,
  ) {}

  @Endpoint({
    method: 'post',
    path: '/custom-fields/formula/preview',
    summary: 'Try a formula on records',
    description: `Checks the formula and returns its type and its values for records, by default the latest ${MOST_PREVIEWED}. Nothing is stored. What the caller does not see in clear is withheld.`,
    tag: 'Custom fields',
    operationId: 'previewFormula',
    access: { system: 'manageFields' },
    body: previewBody,
    status: 200,
    responses: { 200: previewed },
    sample: () => ({ body: { object: 'account', formula: 'name' } }),
  })
  preview(@Input() { body }: ParsedInput) {
    return this.previews.run(body);
  }

  @Endpoint({
    method: 'get',
    path: '/access/value-source',
    summary: 'Explain where a computed value comes from',
    description:
      'Of a formula, its text and the values that it reads; of a roll-up, which records it counts; when the value last changed.',
    tag: 'Access',
    operationId: 'explainValue',
    access: 'authenticated',
    query: z.strictObject({ object: key, record: uuid, field: key }),
    responses: { 200: source },
    sample: (world) => ({
      query: {
        object: 'account',
        record: world['account']!,
        field: world['formulaField']!,
      },
    }),
  })
  explain(@Input() { query }: ParsedInput) {
    return this.sources.of(query.object, query.record, query.field);
  }
}
