import { Inject, Injectable } from '@nestjs/common';
import { TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import type { ImportFile } from './imports.types.js';

/** The table of uploads. */
@Injectable()
export class ImportFilesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the upload. @param uploader who must have uploaded it; anybody by default @throws ProblemError 404 */
  async get(id: string, uploader?: string | null): Promise<ImportFile> {
    const { rows } = await this.pool.query({
      text: `select id, name, size, sha256, key_id, wrapped_key from import_file where id = $1 and removed_at is null
              ${uploader === undefined ? '' : 'and created_by_id = $2'}`,
      values: uploader === undefined ? [id] : [id, uploader],
    });
    if (!rows[0]) throw notFound('The uploaded file');
    const { key_id: keyId, wrapped_key: wrapped, size, ...rest } = rows[0];
    return { ...rest, size: Number(size), ...(wrapped && { secret: { keyId, wrapped } }) };
  }

  /** Returns name, size and checksum of an upload, whether or not its content is still there. @throws ProblemError 404 */
  async evenRemoved(id: string): Promise<ImportFile> {
    const { rows } = await this.pool.query({
      text: 'select id, name, size, sha256 from import_file where id = $1',
      values: [id],
    });
    if (!rows[0]) throw notFound('The uploaded file');
    return { ...rows[0], size: Number(rows[0].size) };
  }

  /**
   * Keeps the content of uploads for some days, however old they are; or no longer than that of others.
   * @param days null to let them go
   */
  hold(uow: UnitOfWork, ids: readonly string[], days: number | null): Promise<unknown> {
    return uow.run({
      text: `update import_file set held_until = now() + $3::int * interval '1 day' where tenant_id = $1 and id = any($2::uuid[])`,
      values: [uow.tenantId, ids, days],
    });
  }

  /** Whether the content of any of the uploads was removed. */
  async isAnyRemoved(uow: UnitOfWork, ids: readonly string[]): Promise<boolean> {
    const rows = await uow.run({
      text: 'select id from import_file where id = any($1::uuid[]) and removed_at is not null limit 1',
      values: [ids],
    });
    return rows.length > 0;
  }

  /** Adds an upload. */
  add(uow: UnitOfWork, file: ImportFile, createdById: string | null): Promise<unknown> {
    return uow.run({
      text: `insert into import_file (tenant_id, id, name, size, sha256, created_by_id, key_id, wrapped_key)
             values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [
        uow.tenantId,
        file.id,
        file.name,
        file.size,
        file.sha256,
        createdById,
        file.secret?.keyId ?? null,
        file.secret?.wrapped ?? null,
      ],
    });
  }
}
