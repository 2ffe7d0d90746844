import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Input,
  listAnswer,
  pageQuery,
  pageSchema,
  type ParsedInput,
} from '@pellucid/platform/http';
import { RecycleBin } from '@pellucid/platform/records';
import { z } from 'zod';

const binQuery = z.strictObject({
  object: z.string().max(80).optional().meta({ description: 'Key or path of an object; all by default' }),
  by: z
    .uuid()
    .transform((text) => text.toLowerCase())
    .optional()
    .meta({ description: 'Member or API key that deleted the records' }),
  q: z.string().max(200).optional().meta({ description: 'A part of the name' }),
  ...pageQuery().shape,
});

const binPage = z
  .object({
    data: z.array(
      z
        .object({
          object: z.string(),
          record: z.object({ id: z.uuid(), name: z.string().optional() }),
          deletedAt: z.iso.datetime(),
          deletedBy: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().optional() }),
          with: z.array(z.object({ object: z.string(), count: z.int() })).meta({
            description: 'What was deleted along with it, and comes back with it',
          }),
          isRestorable: z.boolean(),
        })
        .meta({ id: 'BinEntry' }),
    ),
    page: pageSchema,
  })
  .meta({ id: 'BinPage' });

/** The recycle bin. Records are restored by their own endpoints. */
@Controller()
export class BinController {
  constructor(@Inject(RecycleBin) private readonly bin: RecycleBin) {}

  @Endpoint({
    method: 'get',
    path: '/bin',
    operationId: 'listBin',
    summary: 'List deleted records of all objects, the latest first',
    description:
      'What was deleted along with a record is part of its entry. Restore a record by `POST /{objects}/{id}/restore`, several by `POST /{objects}/bulk`.',
    tag: 'Undo',
    access: 'authenticated',
    query: binQuery,
    responses: { 200: binPage },
    sample: () => ({}),
  })
  async list(@Input() { query }: ParsedInput) {
    const { data, nextCursor } = await this.bin.page(query);
    return listAnswer(data, nextCursor);
  }
}
