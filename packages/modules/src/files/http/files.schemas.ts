import { z } from 'zod';

/** What an upload begins with. */
export const uploadRequestSchema = z
  .strictObject({
    name: z
      .string()
      .max(1_000)
      .meta({ description: 'Name of the file. Folders and control characters are removed from it.' }),
    size: z.int().min(0).meta({ description: 'In bytes; at most 104857600.' }),
    about: z
      .array(
        z.strictObject({
          object: z.string().max(100),
          id: z.uuid().transform((id) => id.toLowerCase()),
        }),
      )
      .max(50)
      .optional()
      .meta({ description: 'Records that the file will be about. You must be allowed to change them.' }),
    values: z
      .record(z.string().max(100), z.unknown())
      .optional()
      .meta({ description: 'Further fields of the file, such as `description` or `tags`.' }),
  })
  .meta({ id: 'UploadRequest' });

/** An upload as the API shows it. */
export const uploadSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    size: z.int(),
    offset: z.int().meta({ description: 'Bytes that have arrived: where the next piece begins.' }),
    fileId: z.uuid().nullable().meta({ description: 'The file that was made of it; null until then.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Upload' });

/** The end of an upload. */
export const completionSchema = z
  .strictObject({
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
      .optional()
      .meta({ description: 'SHA-256 of the whole content in hexadecimal, to be checked.' }),
  })
  .meta({ id: 'UploadCompletion' });

/** The file that an upload became. */
export const completedSchema = z.object({ id: z.uuid() }).meta({ id: 'UploadedFile' });

/** A signed link to the content of a file. */
export const fileLinkSchema = z
  .object({
    url: z.string().meta({ description: 'Path of the content. It needs no token.' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'FileLink' });

/** The signed link. */
export const contentQuery = z.strictObject({
  link: z.string().max(1000).meta({ description: 'As in the `url` of the link' }),
});
