import { Readable } from 'node:stream';
import {
  type ImportFile,
  ImportFiles,
  MAX_FILE_BYTES,
  readingProblem,
  receivePart,
  TableRefusedError,
  ZipArchive,
} from '@pellucid/modules/imports';
import { badRequest, unprocessable } from '@pellucid/platform/errors';
import type { ApiRequest } from '@pellucid/platform/http';
import { SOURCES } from '../catalogues/index.js';
import { MAX_BYTES, MAX_FILES, tooLarge, tooManyFiles } from '../moves.errors.js';

const MAX_OVERHEAD = 1024 * 1024;
/** Parts of an archive that are tables. Everything else in it is left out. */
const TABLE = /\.(csv|tsv|txt|xlsx)$/i;
/** The part that makes an archive a workbook (ECMA-376). */
const WORKBOOK = '[Content_Types].xml';

/** The parts of an upload; its files are stored, and not yet kept. */
export interface ReceivedMove {
  files: ImportFile[];
  source: string | undefined;
}

/**
 * Reads the files of a move, those of archives one by one. If the work fails, all are removed.
 * @throws ProblemError 400 for a body that is not multipart, 413 for too much content, 422 for other parts or no file
 */
export async function withFiles<T>(
  request: ApiRequest,
  storage: ImportFiles,
  work: (received: ReceivedMove) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart())
    throw badRequest('multipartExpected', 'Send multipart/form-data with one or more parts "file".');
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES + MAX_OVERHEAD) throw tooLarge();
  const files: ImportFile[] = [];
  try {
    const source = await readParts(request, async (name, content) => {
      const file = await storage.receive(name, content);
      files.push(file);
      if (sizeOf(files) > MAX_BYTES) throw tooLarge();
    });
    await unpack(files, storage);
    if (!files.length)
      throw unprocessable([
        {
          pointer: '/file',
          code: 'required',
          message: 'Send CSV files, workbooks or a ZIP archive of them in parts "file".',
        },
      ]);
    return await work({ files, source });
  } catch (error) {
    for (const file of files) await storage.discard(file);
    throw error;
  }
}

const sizeOf = (files: readonly ImportFile[]) => files.reduce((sum, { size }) => sum + size, 0);

async function readParts(
  request: ApiRequest,
  onFile: (name: string, content: Readable) => Promise<void>,
): Promise<string | undefined> {
  let source: string | undefined;
  try {
    const parts = request.parts({
      limits: {
        files: MAX_FILES,
        fields: 1,
        parts: MAX_FILES + 1,
        fieldSize: 100,
        fileSize: MAX_FILE_BYTES + 1,
      },
    });
    for await (const part of parts) {
      if (part.fieldname === 'file' && part.type === 'file') await receivePart(request, part, onFile);
      else if (part.fieldname === 'source' && part.type === 'field') source = sourceOf(part.value);
      else
        throw unprocessable([
          {
            pointer: `/${part.fieldname.slice(0, 80)}`,
            code: 'unknownPart',
            message: `"${part.fieldname.slice(0, 80)}" isn't part of this request. Send parts "file", and "source" if you know it.`,
          },
        ]);
    }
  } catch (error) {
    // Consumes the rest of the upload, so that the client receives the response.
    request.raw.unpipe();
    request.raw.resume();
    const { code } = error as { code?: string };
    if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT') throw tooManyFiles();
    throw readingProblem(error, request);
  }
  return source;
}

function sourceOf(given: unknown): string | undefined {
  if (given === '') return undefined;
  if (SOURCES.some(({ key }) => key === given)) return String(given);
  throw unprocessable([
    {
      pointer: '/source',
      code: 'unknownSource',
      message: `Choose one of: ${SOURCES.map(({ key }) => key).join(', ')}. Or leave it out.`,
    },
  ]);
}

/**
 * Replaces archives by the tables in them. Names of parts are only names, never paths; content is limited by what is read,
 * whatever the archive says.
 */
async function unpack(files: ImportFile[], storage: ImportFiles): Promise<void> {
  for (const file of [...files]) {
    const archive = await archiveOf(file, storage);
    if (!archive) continue;
    for (const name of archive.names.filter((one) => TABLE.test(one) && !one.startsWith('__MACOSX/'))) {
      if (files.length >= MAX_FILES) throw tooManyFiles();
      files.push(await partOf(archive, name, storage));
      if (sizeOf(files) > MAX_BYTES) throw tooLarge();
    }
    files.splice(files.indexOf(file), 1);
    await storage.discard(file);
  }
}

/** Returns the archive that a file is; undefined for a table. */
async function archiveOf(file: ImportFile, storage: ImportFiles): Promise<ZipArchive | undefined> {
  const source = storage.bytes(file);
  const chunks: Buffer[] = [];
  if (file.size < 4) return undefined;
  for await (const chunk of await source.read({ start: 0, end: 3 })) chunks.push(chunk as Buffer);
  if (Buffer.concat(chunks).toString('latin1') !== 'PK\u0003\u0004') return undefined;
  const archive = await damagedAsProblem(() => ZipArchive.open(source));
  return archive.has(WORKBOOK) ? undefined : archive;
}

async function partOf(archive: ZipArchive, name: string, storage: ImportFiles): Promise<ImportFile> {
  return damagedAsProblem(() => storage.receive(name, Readable.from(archive.read(name))));
}

async function damagedAsProblem<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TableRefusedError)) throw error;
    throw unprocessable([
      { pointer: '/file', code: 'damagedArchive', message: 'The ZIP archive is damaged. Export it again.' },
    ]);
  }
}
