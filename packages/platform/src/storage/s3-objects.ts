import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isMissing, s3ClientOf, unavailable } from './s3-client.js';
import type { S3Place } from './s3-place.js';
import type { TextObjects } from './text-objects.js';

/** Texts as objects of an S3 bucket, in one of its folders. */
export class S3Objects implements TextObjects {
  private readonly client: S3Client;

  /** @param folder first part of all keys, without a slash */
  constructor(
    private readonly place: S3Place,
    private readonly folder: string,
  ) {
    this.client = s3ClientOf(place);
  }

  async put(name: string, text: string): Promise<void> {
    await this.asking(
      this.client.send(
        new PutObjectCommand({ Bucket: this.place.bucket, Key: this.keyOf(name), Body: text }),
      ),
    );
  }

  async get(name: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(
        new GetObjectCommand({ Bucket: this.place.bucket, Key: this.keyOf(name) }),
      );
      return await Body!.transformToString();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unavailable(error);
    }
  }

  async first(prefix: string): Promise<string | undefined> {
    const { Contents = [] } = await this.page(prefix, { MaxKeys: 1 });
    return Contents[0] && this.nameOf(Contents[0].Key!);
  }

  async *list(prefix: string): AsyncGenerator<string> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.page(prefix, ContinuationToken ? { ContinuationToken } : {});
      for (const { Key } of page.Contents ?? []) yield this.nameOf(Key!);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
  }

  async folders(): Promise<string[]> {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.page('', {
        Delimiter: '/',
        ...(ContinuationToken ? { ContinuationToken } : {}),
      });
      for (const { Prefix } of page.CommonPrefixes ?? []) found.push(this.nameOf(Prefix!).slice(0, -1));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return found.sort();
  }

  private page(
    prefix: string,
    options: { MaxKeys?: number; ContinuationToken?: string; Delimiter?: string },
  ) {
    const { bucket } = this.place;
    return this.asking(
      this.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: this.keyOf(prefix), ...options })),
    );
  }

  private asking<T>(answer: Promise<T>): Promise<T> {
    return answer.catch((error) => {
      throw unavailable(error);
    });
  }

  private keyOf(name: string): string {
    return `${this.folder}/${name}`;
  }

  private nameOf(key: string): string {
    return key.slice(this.folder.length + 1);
  }
}
