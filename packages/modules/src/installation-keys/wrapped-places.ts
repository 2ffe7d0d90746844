import { FACTOR_SECRETS } from '@pellucid/modules/identity';
import { IMPORT_FILE_KEYS, IMPORT_KEYS } from '@pellucid/modules/imports';
import { INSTALLATION_KEYS, RECORD_SECRETS, type WrappedPlace } from '@pellucid/platform/crypto';

/** Places of companies: a job of each company goes through its rows. */
export const TENANT_PLACES: WrappedPlace[] = [RECORD_SECRETS, IMPORT_KEYS, IMPORT_FILE_KEYS];

/** Places that belong to no company. */
export const SHARED_PLACES: WrappedPlace[] = [INSTALLATION_KEYS, ...FACTOR_SECRETS];

/** Everything that is wrapped by the master key. */
export const WRAPPED_PLACES: WrappedPlace[] = [...SHARED_PLACES, ...TENANT_PLACES];
