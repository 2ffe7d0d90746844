import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import { badRequest, type FieldProblem, ProblemError, unprocessable } from '@pellucid/platform/errors';
import { type ApiRequest, storabilityProblem, zodProblems } from '@pellucid/platform/http';
import { z } from 'zod';
import { fileTooLarge, ImportFiles, MAX_FILE_BYTES } from '../import-files.js';
import type { ImportFile } from '../imports.types.js';

/** Maximum size of the options in bytes, with room for the parts' own headers. */
const MAX_OPTIONS_BYTES = 1024 * 1024;
const MAX_OVERHEAD = 2 * MAX_OPTIONS_BYTES;

/** The parts of a multipart request; the file is already stored. */
export interface ReceivedUpload<Options> {
  upload: ImportFile | { fileId: string };
  options: Options;
}

/**
 * Reads `file` (or `fileId`) and `options` in any order, the file straight into the storage. If the work fails or the
 * file arrives incompletely, the file is removed.
 * @param work receives the parts; when it throws, a received file is discarded
 * @throws ProblemError 400 for a body that is not multipart, 413 for a file that is too large, 422 for invalid parts
 */
export async function withUpload<Schema extends z.ZodType, T>(
  request: ApiRequest,
  files: ImportFiles,
  schema: Schema,
  work: (received: ReceivedUpload<z.output<Schema>>) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart())
    throw badRequest('multipartExpected', 'Send multipart/form-data with the parts "file" and "options".');
  if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES + MAX_OVERHEAD) throw fileTooLarge();
  let file: ImportFile | undefined;
  try {
    const parts = await readParts(request, async (name, content) => {
      file = await files.receive(name, content);
    });
    return await work(check(parts, file, schema));
  } catch (error) {
    if (file) await files.discard(file);
    throw error;
  }
}

interface TextParts {
  options?: string | object;
  fileId?: string;
}

async function readParts(
  request: ApiRequest,
  onFile: (name: string, content: Readable) => Promise<void>,
): Promise<TextParts> {
  const found: TextParts = {};
  const seen = new Set<string>();
  // The storage limits the file's bytes; options sent as a part with a file name (a browser's Blob) are limited here.
  const parts = request.parts({
    limits: { files: 3, fields: 10, parts: 12, fieldSize: MAX_OPTIONS_BYTES, fileSize: MAX_FILE_BYTES + 1 },
  });
  try {
    for await (const part of parts) {
      const name = part.fieldname;
      if (!['file', 'options', 'fileId'].includes(name))
        throw unprocessable([
          {
            pointer: `/${name.slice(0, 80)}`,
            code: 'unknownPart',
            message: `"${name.slice(0, 80)}" isn't part of this request. Send "file" (or "fileId") and "options".`,
          },
        ]);
      if (seen.has(name))
        throw unprocessable([
          {
            pointer: `/${name}`,
            code: 'partTwice',
            message: `The part "${name}" was sent twice. Send it once.`,
          },
        ]);
      seen.add(name);
      if (name === 'file') {
        if (part.type !== 'file')
          throw unprocessable([
            {
              pointer: '/file',
              code: 'fileExpected',
              message: 'The part "file" must be a file with a file name.',
            },
          ]);
        await receivePart(request, part, onFile);
      } else found[name as 'options' | 'fileId'] = (await partText(part)) as never;
    }
  } catch (error) {
    // Consumes the rest of the upload, so that the client receives the response.
    request.raw.unpipe();
    request.raw.resume();
    throw readingProblem(error, request);
  }
  return found;
}

/**
 * Passes the file of a part on as a stream; when the caller disconnects, the stream ends with an error instead of never ending.
 */
export async function receivePart(
  request: ApiRequest,
  part: MultipartFile,
  onFile: (name: string, content: Readable) => Promise<void>,
): Promise<void> {
  const onClose = () => {
    if (!request.raw.complete) part.file.destroy(new UploadAbortedError());
  };
  request.raw.once('close', onClose);
  try {
    await onFile(part.filename ?? '', part.file);
  } finally {
    request.raw.off('close', onClose);
  }
  if (part.file.truncated) throw fileTooLarge();
}

/** The caller disconnected, so nobody reads the response. */
class UploadAbortedError extends Error {
  override name = 'UploadAbortedError';
}

async function partText(part: MultipartFile | MultipartValue): Promise<string | object> {
  if (part.type === 'file') {
    const content = await text(part.file);
    if (content.length > MAX_OPTIONS_BYTES)
      throw unprocessable([
        {
          pointer: `/${part.fieldname}`,
          code: 'tooLarge',
          message: `"${part.fieldname}" is larger than 1 MB.`,
        },
      ]);
    return content;
  }
  return part.value as string | object;
}

/** Returns what is wrong with a multipart body that could not be read. */
export function readingProblem(error: unknown, request: ApiRequest): unknown {
  if (error instanceof ProblemError) return error;
  const { code } = error as { code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') return fileTooLarge();
  if (
    error instanceof UploadAbortedError ||
    !request.raw.complete ||
    (typeof code === 'string' && code.startsWith('FST_')) ||
    isMultipartError(error)
  )
    return badRequest(
      'malformedMultipart',
      'The multipart body is incomplete or invalid. Send "file" (or "fileId") and "options" as multipart/form-data.',
    );
  return error;
}

function isMultipartError(error: unknown): boolean {
  return error instanceof Error && /multipart|form|boundary|header|premature/i.test(error.message);
}

function check<Schema extends z.ZodType>(
  parts: TextParts,
  file: ImportFile | undefined,
  schema: Schema,
): ReceivedUpload<z.output<Schema>> {
  const errors: FieldProblem[] = [];
  if (file && parts.fileId !== undefined)
    errors.push({
      pointer: '/fileId',
      code: 'fileTwice',
      message: 'Send either "file" or "fileId", not both.',
    });
  if (!file && parts.fileId === undefined)
    errors.push({
      pointer: '/file',
      code: 'required',
      message: 'Send a file of CSV, XLSX or JSON lines in the part "file".',
    });
  const fileId = z
    .uuid()
    .safeParse(typeof parts.fileId === 'string' ? parts.fileId.trim().toLowerCase() : parts.fileId);
  if (parts.fileId !== undefined && !fileId.success)
    errors.push({
      pointer: '/fileId',
      code: 'wrongType',
      message: '"fileId" must be the ID returned by an inspection.',
    });
  let given: unknown = parts.options;
  if (typeof given === 'string' && given.trim() !== '')
    try {
      given = JSON.parse(given, refusePrototype);
    } catch (error) {
      throw unprocessable([
        {
          pointer: '/options',
          code: 'malformedJson',
          message: `"options" isn't valid JSON: ${(error as Error).message.slice(0, 200)}`,
        },
      ]);
    }
  const unstorable = storabilityProblem(given);
  if (unstorable) throw unprocessable([{ ...unstorable, pointer: `/options${unstorable.pointer}` }]);
  const empty = given === undefined || given === '';
  const parsed = schema.safeParse(empty ? {} : given);
  if (!parsed.success) {
    if (empty)
      errors.push({
        pointer: '/options',
        code: 'required',
        message: 'Send the part "options" with JSON: object, mode, mapping and so on.',
      });
    else errors.push(...zodProblems(parsed.error, '/options'));
  }
  if (errors.length) throw unprocessable(errors.slice(0, 50));
  return { upload: file ?? { fileId: fileId.data! }, options: parsed.data as z.output<Schema> };
}

/** Reviver of JSON that refuses what bodies in JSON are refused for too. @throws SyntaxError */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('no member may be called "__proto__"');
  return value;
}
