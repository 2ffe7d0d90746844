import { S3Client } from '@aws-sdk/client-s3';
import { ProblemError } from '../errors/index.js';
import type { S3Place } from './s3-place.js';

/** Returns a client for the place. */
export function s3ClientOf({ region, endpoint, credentials }: S3Place): S3Client {
  return new S3Client({
    region,
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(credentials ? { credentials } : {}),
    // Other servers do not know Amazon's newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Whether the error says that the object does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as { name?: string }).name === 'NoSuchKey';
}

/** 503: the storage does not answer, or refuses the credentials. */
export function unavailable(cause: unknown): ProblemError {
  const problem = new ProblemError(
    503,
    'storageUnavailable',
    'Unavailable',
    "Can't reach the file storage. Try again in a moment.",
    { headers: { 'Retry-After': '5' } },
  );
  problem.cause = cause;
  return problem;
}
