import type { FieldType } from '@pellucid/conditions';
import { SERVER_FIELD_TYPES } from '@pellucid/platform/records';
import { z } from 'zod';
import { STAGE_CATEGORIES } from '../catalogues/source-system.js';

/** The type of fields for texts of several lines. */
export const MULTILINE = (Object.keys(SERVER_FIELD_TYPES) as FieldType[]).find(
  (type) => SERVER_FIELD_TYPES[type].isMultiline,
)!;

/** Types of fields that a move proposes for columns without a field. */
const NEW_FIELD_TYPES = ['text', MULTILINE, 'number', 'boolean', 'date', 'datetime'] as const;

const key = z.string().min(1).max(200);

/** A field to be made for a column. */
export const newField = z
  .strictObject({ name: key, label: z.string().min(1).max(200), type: z.enum(NEW_FIELD_TYPES) })
  .meta({ id: 'MoveNewField' });

/** A column of a file, and what becomes of it. */
const plannedColumn = z.object({
  name: z.string(),
  samples: z.array(z.string()),
  field: z.string().nullable().meta({ description: 'Key of the field that it fills; null leaves it out' }),
  newField: newField.nullable().meta({ description: 'The field that the move makes for it' }),
});

/** Why a file is not brought. */
export const FILE_REASONS = ['unknownFile', 'noObject', 'noRight', 'noRows'] as const;

/** A file of a move. */
const plannedFile = z.object({
  fileId: z.uuid(),
  name: z.string(),
  kind: z
    .string()
    .nullable()
    .meta({ description: 'What the source calls its rows: Account; null if unknown' }),
  brings: z
    .enum(['records', 'people', 'stageHistory', 'nothing'])
    .meta({ description: 'What the file brings. People are matched with people here' }),
  tellsStages: z.boolean().meta({ description: 'Whether it says when its records were in which stage' }),
  object: z.string().nullable().meta({ description: 'Object of the records' }),
  rows: z.int(),
  isIncluded: z.boolean(),
  reason: z.enum(FILE_REASONS).nullable().meta({ description: 'Why it brings nothing' }),
  columns: z.array(plannedColumn),
});

/** A person of the source, and who they are here. */
const plannedPerson = z.object({
  key: z.string().meta({ description: 'How files name the person' }),
  name: z.string(),
  email: z.string().nullable(),
  count: z.int().meta({ description: 'Number of cells that name the person' }),
  member: z.uuid().nullable().meta({ description: 'The person here; null for nobody' }),
  isNew: z.boolean().meta({ description: 'Whether the move adds a person without log-in' }),
});

/** A stage of the source, and the stage here. */
const plannedStage = z.object({
  key: z.string(),
  name: z.string(),
  pipeline: z.string().nullable().meta({ description: 'Its pipeline in the source, if files name one' }),
  category: z.enum(STAGE_CATEGORIES),
  count: z.int(),
  stage: z.uuid().nullable(),
  isNew: z.boolean().meta({ description: 'Whether the move makes the stage' }),
});

/** A value of a choice whose options are fixed. */
const plannedChoice = z.object({
  fileId: z.uuid(),
  column: z.string(),
  field: z.string(),
  value: z.string(),
  count: z.int(),
  option: z.string().nullable().meta({ description: 'The option; null leaves the cell empty' }),
});

/** What a move is going to do. */
export const movePlan = z
  .object({
    files: z.array(plannedFile),
    people: z.array(plannedPerson),
    stages: z.array(plannedStage),
    choices: z.array(plannedChoice),
  })
  .meta({ id: 'MovePlan' });

/** What a move is going to do. */
export type MovePlan = z.output<typeof movePlan>;
export type PlannedFile = z.output<typeof plannedFile>;
export type PlannedColumn = z.output<typeof plannedColumn>;
export type PlannedPerson = z.output<typeof plannedPerson>;
export type PlannedStage = z.output<typeof plannedStage>;
export type PlannedChoice = z.output<typeof plannedChoice>;
export type NewField = z.output<typeof newField>;

const MOST_CHANGES = 5_000;

/** Changes of a plan. What is not named stays. */
export const planChanges = z
  .strictObject({
    files: z
      .array(
        z.strictObject({
          fileId: z.uuid(),
          isIncluded: z.boolean().optional(),
          columns: z
            .array(
              z.strictObject({
                name: z.string().max(10_000),
                field: key.nullable().optional(),
                newField: newField.nullable().optional(),
              }),
            )
            .max(2_000)
            .optional(),
        }),
      )
      .max(200)
      .optional(),
    people: z
      .array(
        z.strictObject({
          key: z.string().max(1_000),
          member: z.uuid().nullable().optional(),
          isNew: z.boolean().optional(),
        }),
      )
      .max(MOST_CHANGES)
      .optional(),
    stages: z
      .array(
        z.strictObject({
          key: z.string().max(1_000),
          stage: z.uuid().nullable().optional(),
          isNew: z.boolean().optional(),
          category: z.enum(STAGE_CATEGORIES).optional(),
        }),
      )
      .max(MOST_CHANGES)
      .optional(),
    choices: z
      .array(
        z.strictObject({
          fileId: z.uuid(),
          column: z.string().max(10_000),
          value: z.string().max(10_000),
          option: z.string().max(1_000).nullable(),
        }),
      )
      .max(MOST_CHANGES)
      .optional(),
  })
  .meta({ id: 'MovePlanChanges' });

/** Changes of a plan. */
export type PlanChanges = z.output<typeof planChanges>;
