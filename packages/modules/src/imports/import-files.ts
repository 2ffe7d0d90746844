import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { ProblemError } from '@pellucid/platform/errors';
import { newId } from '@pellucid/platform/records';
import {
  FILE_STORAGE,
  type FileStorage,
  FileTooLargeError,
  sealedFileKeys,
  SealedFiles,
} from '@pellucid/platform/storage';
import { ImportFilesRepository } from './import-files.repository.js';
import type { ImportFile } from './imports.types.js';
import type { TableSource } from './tables/table-file.js';

/** Maximum size of a file in bytes. */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;

/** Days for which work that has started can hold its files. */
const HELD_DAYS = 30;

/** The error for a file that is too large. */
export function fileTooLarge(): ProblemError {
  const message = `The file is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB. Split it or remove columns you don't need.`;
  return new ProblemError(413, 'fileTooLarge', 'The file is too large', message, {
    errors: [{ pointer: '/file', code: 'fileTooLarge', message, params: { maxBytes: MAX_FILE_BYTES } }],
  });
}

/** Purpose under which the keys of uploads are wrapped. */
const IMPORT_FILE = 'import-file';

/** Where the keys of uploads are stored. */
export const IMPORT_FILE_KEYS = sealedFileKeys('keys of uploads', 'import_file', IMPORT_FILE);

/** Uploaded files: sealed content in the storage, name and size in the database. */
@Injectable()
export class ImportFiles {
  /** Maximum size of a file in bytes; less in tests, which needn't send that much. */
  limit = MAX_FILE_BYTES;

  constructor(
    @Inject(FILE_STORAGE) private readonly storage: FileStorage,
    @Inject(SealedFiles) private readonly sealed: SealedFiles,
    @Inject(ImportFilesRepository) private readonly repository: ImportFilesRepository,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /**
   * Streams an upload into the storage. It has no row until {@link keep}; {@link discard} removes it again.
   * @throws ProblemError 413
   */
  async receive(name: string, content: Readable): Promise<ImportFile> {
    const id = newId();
    const written = await this.sealed
      .write(IMPORT_FILE, requireTenant(), id, content, this.limit)
      .catch((error) => {
        throw error instanceof FileTooLargeError ? fileTooLarge() : error;
      });
    return { id, name: tidyName(name), ...written };
  }

  /** Adds the upload to the database. */
  async keep(file: ImportFile, uow?: UnitOfWork): Promise<void> {
    const add = (unit: UnitOfWork) => this.repository.add(unit, file, currentContext().actor.id);
    await (uow ? add(uow) : this.units.run(add));
  }

  /** Whether the content of any of the uploads is no longer kept. */
  isAnyGone(ids: readonly string[], uow: UnitOfWork): Promise<boolean> {
    return this.repository.isAnyRemoved(uow, ids);
  }

  /** Keeps uploads while work that has started still reads them, for {@link HELD_DAYS} at most. */
  async hold(ids: readonly string[], uow: UnitOfWork): Promise<void> {
    await this.repository.hold(uow, ids, HELD_DAYS);
  }

  /** Ends {@link hold}. */
  async release(ids: readonly string[], uow: UnitOfWork): Promise<void> {
    await this.repository.hold(uow, ids, null);
  }

  /** Removes an upload that was not kept. */
  async discard(file: Pick<ImportFile, 'id'>): Promise<void> {
    await this.storage.remove(requireTenant(), file.id);
  }

  /**
   * Returns the bytes of a kept file.
   * @param uploader who must have uploaded it; anybody by default
   * @throws ProblemError 404
   */
  async source(id: string, uploader?: string | null): Promise<TableSource & { file: ImportFile }> {
    const file = await this.repository.get(id, uploader);
    return { file, ...this.bytes(file) };
  }

  /** Returns the bytes of an upload, kept or not. */
  bytes(file: ImportFile): TableSource {
    const tenantId = requireTenant();
    const { id, size, secret } = file;
    // Uploads from before files were encrypted have no key.
    return {
      size,
      read: (range) =>
        secret
          ? this.sealed.read(IMPORT_FILE, tenantId, { id, size, secret }, range)
          : this.storage.read(tenantId, id, range),
    };
  }
}

function tidyName(given: string): string {
  const name = given
    .replace(/\p{Cc}/gu, '')
    .split(/[\\/]/)
    .at(-1)!
    .trim()
    .toWellFormed();
  return name.slice(0, 200) || 'file';
}
