import type { Config } from '../config/index.js';

/** The configuration of the bucket. */
export type S3Config = Partial<
  Pick<
    Config,
    | 'PELLUCID_S3_BUCKET'
    | 'PELLUCID_S3_REGION'
    | 'PELLUCID_S3_ENDPOINT'
    | 'PELLUCID_S3_ACCESS_KEY_ID'
    | 'PELLUCID_S3_SECRET_ACCESS_KEY'
  >
>;

/** Other servers accept any region. */
const DEFAULT_REGION = 'us-east-1';

/** Where the objects are, and what opens it. */
export interface S3Place {
  bucket: string;
  region: string;
  /** Of a server other than Amazon's; undefined for Amazon's. */
  endpoint?: string | undefined;
  /** Undefined to take them from where the platform puts them (environment, instance role). */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Reads the place from the configuration. @returns undefined when files are stored on local disk */
export function s3PlaceOf(config: S3Config): S3Place | undefined {
  const { PELLUCID_S3_ACCESS_KEY_ID: accessKeyId, PELLUCID_S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  if (!config.PELLUCID_S3_BUCKET) return undefined;
  return {
    bucket: config.PELLUCID_S3_BUCKET,
    region: config.PELLUCID_S3_REGION ?? DEFAULT_REGION,
    endpoint: config.PELLUCID_S3_ENDPOINT,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  };
}
