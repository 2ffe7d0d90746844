import { conditionSchema } from '@pellucid/conditions';
import { nameText, pageQuery, pageSchema } from '@pellucid/platform/http';
import { viewNotesSchema } from '@pellucid/platform/records';
import { z } from 'zod';
import { ROW_HEIGHTS, VIEW_COLOURS, VIEW_KINDS, VIEW_TOTALS } from '../view.types.js';

const id = z.uuid({ error: 'must be a UUID' }).transform((text) => text.toLowerCase());
const path = z.string().min(1).max(200);
const kind = z.enum(VIEW_KINDS);
const totals = z
  .array(z.strictObject({ fn: z.enum(VIEW_TOTALS), field: path }))
  .max(5)
  .optional()
  .meta({ description: 'Figures of each group, in addition to the number of records.' });

/** @param condition the schema of a condition: answers are not checked for the limits of requests */
const partsWith = (condition: z.ZodType) => ({
  filter: condition.meta({ description: 'Condition tree, as in lists.' }),
  sort: z
    .string()
    .max(200)
    .regex(/^[-+]?[\w.]+(,[-+]?[\w.]+){0,2}$/, 'give up to three keys, e.g. "-amount,name"')
    .meta({ description: 'Up to three keys, e.g. `-amount,name`.' }),
  columns: z
    .array(
      z.strictObject({
        field: path.meta({ description: "Key of a field; `name` for the record's name." }),
        width: z.int().min(60).max(1200).optional().meta({ description: 'In pixels.' }),
        isPinned: z
          .boolean()
          .optional()
          .meta({ description: 'Stays in view when the list scrolls sideways.' }),
      }),
    )
    .max(100)
    .refine(
      (columns) => new Set(columns.map(({ field }) => field)).size === columns.length,
      'name each field once',
    ),
  group: z.strictObject({
    field: path,
    by: z
      .enum(['day', 'week', 'month', 'quarter', 'year'])
      .optional()
      .meta({ description: 'Period of a date or a time.' }),
    totals,
  }),
  rowHeight: z.enum(ROW_HEIGHTS),
  colours: z
    .array(z.strictObject({ when: condition, colour: z.enum(VIEW_COLOURS) }))
    .max(10)
    .meta({ description: 'A record has the colour of the first condition that it meets.' }),
  board: z.strictObject({
    field: path.meta({ description: 'The field whose values are the columns.' }),
    totals,
    columns: z
      .array(
        z.strictObject({
          value: z.string().max(200).nullable().meta({ description: 'Null: records without a value.' }),
          limit: z.int().min(1).max(10_000).optional().meta({
            description: 'Most records that the column should have. More are marked, not refused.',
          }),
          isHidden: z.boolean().optional(),
        }),
      )
      .max(200)
      .refine(
        (columns) => new Set(columns.map(({ value }) => value)).size === columns.length,
        'name each column once',
      )
      .optional()
      .meta({ description: 'Columns in their order; others follow.' }),
  }),
  calendar: z.strictObject({ field: path.meta({ description: 'The date or time that records stand at.' }) }),
});
const parts = partsWith(conditionSchema);

const optional = <Part extends z.ZodType>(part: Part) => part.nullable().optional();

const changedContent = z
  .strictObject({
    filter: optional(parts.filter),
    sort: optional(parts.sort),
    columns: optional(parts.columns),
    group: optional(parts.group),
    rowHeight: optional(parts.rowHeight),
    colours: optional(parts.colours),
    board: optional(parts.board),
    calendar: optional(parts.calendar),
  })
  .meta({
    id: 'ViewContentChange',
    description: 'Parts that are left out stay as they are; null removes a part.',
  });

const shown = partsWith(z.unknown());
const content = z
  .object({
    filter: shown.filter.optional(),
    sort: shown.sort.optional(),
    columns: shown.columns.optional(),
    group: shown.group.optional(),
    rowHeight: shown.rowHeight.optional(),
    colours: shown.colours.optional(),
    board: shown.board.optional(),
    calendar: shown.calendar.optional(),
  })
  .meta({ id: 'ViewContent' });

const grantee = { kind: z.enum(['member', 'team']), id };

const settings = {
  kind: kind.optional(),
  content: changedContent.optional(),
  sharing: z
    .strictObject({
      everyone: z.boolean().default(false),
      with: z.array(z.strictObject(grantee)).max(200).default([]),
    })
    .optional()
    .meta({ description: 'Who else sees it. Teams and everyone require the right to manage views.' }),
  defaultForRoles: z.array(id).max(200).optional().meta({
    description:
      'Roles whose holders start with it. Replaces the view that a role started with. Requires the right to manage views.',
  }),
  isPinnedForAll: z
    .boolean()
    .optional()
    .meta({ description: "In everybody's navigation. Requires the right to manage views." }),
};

export const createBody = z
  .strictObject({
    object: z.string().min(1).max(100).meta({ description: 'Key of the object, e.g. `account`.' }),
    name: nameText(100),
    ...settings,
  })
  .meta({ id: 'ViewCreate' });

export const changeBody = z
  .strictObject({ name: nameText(100).optional(), ...settings })
  .meta({ id: 'ViewUpdate' });

export const listQuery = z.strictObject({
  object: z.string().min(1).max(100).optional().meta({ description: 'Only views of this object.' }),
  pinned: z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => text === 'true')
    .meta({ description: "Only views that are in the caller's navigation." }),
  ...pageQuery(200).shape,
});

export const viewSchema = z
  .object({
    id: z.uuid(),
    object: z.string(),
    name: z.string(),
    kind,
    content: content.meta({ description: 'As far as it applies to the caller.' }),
    notes: viewNotesSchema,
    sharing: z.object({
      everyone: z.boolean(),
      with: z.array(
        z.object({
          kind: z.enum(['member', 'team']),
          id: z.uuid(),
          name: z.string().nullable().meta({ description: 'Null where the reader may not know it.' }),
        }),
      ),
    }),
    defaultForRoles: z.array(z.uuid()),
    isPinned: z.boolean().meta({ description: "Whether it is in the caller's own navigation." }),
    isPinnedForAll: z.boolean(),
    owner: z
      .object({ id: z.uuid(), name: z.string().nullable() })
      .nullable()
      .meta({ description: 'Null if an API key made it.' }),
    mayChange: z.boolean(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'View' });

export const viewsSchema = z
  .object({
    data: z.array(viewSchema),
    page: pageSchema,
    defaultView: z
      .uuid()
      .nullable()
      .optional()
      .meta({ description: "With `object`: the view that the caller's roles start with." }),
  })
  .meta({ id: 'ViewList' });
