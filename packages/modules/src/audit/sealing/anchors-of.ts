import type { Config } from '@pellucid/platform/config';
import { openS3Objects, type S3Config, s3PlaceOf } from '@pellucid/platform/storage';
import { AnchorFiles } from './anchor-file.js';
import { AnchorObjects } from './anchor-objects.js';
import type { Anchors } from './anchors.js';

/** Folder of the bucket that holds the anchors. */
const FOLDER = 'audit-seals';

/** Returns the anchors that the configuration names: in the S3 bucket if there is one, else in the data folder. */
export async function anchorsOf(config: S3Config & Pick<Config, 'PELLUCID_DATA_DIR'>): Promise<Anchors> {
  const place = s3PlaceOf(config);
  if (!place) return new AnchorFiles(config.PELLUCID_DATA_DIR);
  return new AnchorObjects(await openS3Objects(place, FOLDER));
}
