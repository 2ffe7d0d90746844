import { FACTOR_SECRETS } from '@pellucid/modules/identity';
import { EXPORT_PART_KEYS } from '@pellucid/modules/exports';
import { IMPORT_FILE_KEYS, IMPORT_KEYS } from '@pellucid/modules/imports';
import { INSTALLATION_KEYS, RECORD_SECRETS, type WrappedPlace } from '@pellucid/platform/crypto';
import { sealedFileKeys } from '@pellucid/platform/storage';

/** Keys of files. Their module describes an object, which none of this tier may name. */
const FILE_PART_KEYS = sealedFileKeys('keys of files', 'file_part', 'file-part');

/** Tables of companies: each company's job processes its rows. */
export const TENANT_PLACES: WrappedPlace[] = [
  RECORD_SECRETS,
  IMPORT_KEYS,
  IMPORT_FILE_KEYS,
  EXPORT_PART_KEYS,
  FILE_PART_KEYS,
];

/** Tables that belong to no company. */
export const SHARED_PLACES: WrappedPlace[] = [INSTALLATION_KEYS, ...FACTOR_SECRETS];

/** Every table with something wrapped by the master key. */
export const WRAPPED_PLACES: WrappedPlace[] = [...SHARED_PLACES, ...TENANT_PLACES];
