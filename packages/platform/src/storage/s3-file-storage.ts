import { pipeline, type Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { OnApplicationShutdown } from '@nestjs/common';
import { isUuid } from '../context/index.js';
import { type FileStorage, StoredFileMissingError, type WrittenFile } from './file-storage.js';
import { MeteringStream } from './metering-stream.js';
import { isMissing, s3ClientOf, unavailable } from './s3-client.js';
import type { S3Place } from './s3-place.js';

/**
 * Files as objects `files/<tenant>/<id>` of an S3 bucket, so that API and workers need no common disk. Content is sent in
 * parts while it arrives; the object exists once all of them have. A failed write removes its parts. Those of a killed
 * process are removed by the bucket's lifecycle rule, since only the bucket knows of all of them.
 */
export class S3FileStorage implements FileStorage, OnApplicationShutdown {
  private readonly client: S3Client;

  constructor(private readonly place: S3Place) {
    this.client = s3ClientOf(place);
  }

  async write(tenantId: string, id: string, content: Readable, limitBytes: number): Promise<WrittenFile> {
    const object = this.objectOf(tenantId, id);
    const meter = new MeteringStream(limitBytes);
    // Errors of the content travel down the pipeline, and end the upload.
    const body = pipeline(content, meter, () => {});
    try {
      const params = { ...object, Body: body as unknown as Readable };
      await new Upload({ client: this.client, params, leavePartsOnError: false }).done();
    } catch (error) {
      const problem = meter.errored ?? unavailable(error);
      meter.destroy();
      throw problem;
    }
    return meter.measured();
  }

  async read(tenantId: string, id: string, range?: { start: number; end: number }): Promise<Readable> {
    const object = this.objectOf(tenantId, id);
    try {
      const { Body } = await this.client.send(
        new GetObjectCommand({
          ...object,
          ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
        }),
      );
      return Body as Readable;
    } catch (error) {
      if (isMissing(error)) throw new StoredFileMissingError();
      throw unavailable(error);
    }
  }

  async remove(tenantId: string, id: string): Promise<void> {
    const object = this.objectOf(tenantId, id);
    // S3 answers the same whether or not the object existed.
    await this.client.send(new DeleteObjectCommand(object)).catch((error) => {
      throw unavailable(error);
    });
  }

  /** Does nothing: the bucket's lifecycle rule removes parts of interrupted writes, see docs/operations/running.md. */
  async sweep(): Promise<void> {}

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  /** Ids become parts of the key, so only UUIDs are accepted. */
  private objectOf(tenantId: string, id: string): { Bucket: string; Key: string } {
    if (!isUuid(tenantId) || !isUuid(id)) throw new StoredFileMissingError();
    return { Bucket: this.place.bucket, Key: `files/${tenantId}/${id}` };
  }
}
