import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Sharp } from 'sharp';

/** Pixels of a thumbnail's longer side, for screens with two pixels a point. */
const SIDE = 160;
/** Pixels of the largest picture that is decoded. A small file can claim to be huge. */
const MOST_PIXELS = 50_000_000;
/** Bytes of the largest picture that is read. */
const MOST_BYTES = 40 * 1024 * 1024;
/** Seconds that decoding may take. */
const SECONDS = 20;

/** Pictures that thumbnails are made of. SVG is none of them: it can refer to other files. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/tiff']);

/** Whether a thumbnail can be made of a file. */
export const isPicture = (mediaType: string, size: number): boolean =>
  PICTURES.has(mediaType) && size <= MOST_BYTES;

/**
 * Makes the thumbnail of a picture: WebP, upright, without what the camera wrote into it.
 * @returns undefined for content that is no picture after all, or is too large
 */
export async function thumbnailOf(content: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  // Loaded on demand: it is large, and only workers draw.
  const { default: sharp } = await import('sharp');
  const bytes = await buffer(Readable.from(content));
  try {
    const picture: Sharp = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 });
    return await picture
      .timeout({ seconds: SECONDS })
      .rotate()
      .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
  } catch {
    return undefined;
  }
}
