import type { INestApplicationContext } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';
import { FILE_STORAGE } from '@pellucid/platform/storage';
import sharp from 'sharp';
import { ExpiredContentsRepository } from '../worker/expired-contents.repository.js';
import { FileContentRetention } from '../worker/file-retention.js';

/** Removes the bytes of files that are past their time, as a worker does every hour. */
export async function purgeFiles(app: INestApplicationContext): Promise<void> {
  const expired = new ExpiredContentsRepository(app.get(PlatformPool));
  await new FileContentRetention({ every: () => {} }, expired, app.get(FILE_STORAGE)).purge();
}

/** A text that {@link photo} has among what cameras write. */
export const ARTIST = 'canary-in-exif';

/** Returns a JPEG of 800 × 400 pixels with the name of its author in it. */
export function photo(): Promise<Buffer> {
  const create = { width: 800, height: 400, channels: 3, background: '#336699' } as const;
  return sharp({ create })
    .withExif({ IFD0: { Artist: ARTIST } })
    .jpeg()
    .toBuffer();
}

/** Returns width and height of a picture. */
export async function sizeOf(picture: Buffer): Promise<[number, number]> {
  const { width, height } = await sharp(picture).metadata();
  return [width, height];
}
