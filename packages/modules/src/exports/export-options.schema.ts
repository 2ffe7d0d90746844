import { conditionSchema } from '@pellucid/conditions';
import { zoneSchema } from '@pellucid/modules/tenancy';
import { z } from 'zod';

/** Formats of files. */
export const EXPORT_FORMATS = ['csv', 'xlsx', 'jsonl'] as const;

/** A format of files. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const key = z.string().min(1).max(200);

/** The body of `POST /exports`. */
export const exportRequestSchema = z
  .strictObject({
    object: key.meta({ description: 'Key of the object, e.g. account' }),
    format: z.enum(EXPORT_FORMATS),
    ids: z.array(z.uuid()).min(1).max(10_000).optional().meta({
      description: 'Only these of the records that filter and search find',
    }),
    view: z.uuid().optional().meta({
      description: 'A saved view, whose filter, sort and columns apply; `sort` and `fields` replace its own',
    }),
    filter: conditionSchema.optional(),
    q: z.string().max(200).optional(),
    sort: z.string().max(500).optional().meta({ description: 'Order of the rows, as of a list' }),
    deleted: z.boolean().optional().meta({ description: 'Deleted records instead of current ones' }),
    fields: z.array(key).min(1).max(500).optional().meta({
      description:
        'Keys of fields and lines, and `id`, `createdAt`, `createdBy`, `updatedAt`, `updatedBy`. Everything that the caller sees by default. JSON lines always have the ID',
    }),
    references: z.enum(['name', 'id']).default('name').meta({
      description: 'Whether tables show references by name or by ID. JSON lines have both',
    }),
    zone: zoneSchema
      .optional()
      .meta({ description: "IANA zone of times in tables; the company's by default" }),
    decimalMark: z.enum(['.', ',']).optional().meta({
      description: "Decimal mark of CSV; that of the company's locale by default",
    }),
    delimiter: z.enum([',', ';', '\t', '|']).optional().meta({
      description: 'Delimiter of CSV; a semicolon if the comma is the decimal mark, else a comma by default',
    }),
    bom: z.boolean().default(true).meta({
      description: 'Whether CSV begins with a byte order mark, by which spreadsheet programs recognise UTF-8',
    }),
  })
  .meta({ id: 'ExportRequest' });

/** A validated request. */
export type ExportRequest = z.output<typeof exportRequestSchema>;

/** How values are written, with every default filled in. */
export interface WrittenForm {
  references: 'name' | 'id';
  zone: string;
  decimalMark: '.' | ',';
  delimiter: string;
  bom: boolean;
}

/** What an export keeps of its request. */
export type ExportOptions = WrittenForm & Pick<ExportRequest, 'filter' | 'q' | 'sort' | 'deleted'>;
