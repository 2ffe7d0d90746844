import type { SecurityEvent } from '@pellucid/platform/records';

/** The event that everything of the company is being resealed with the key, whoever requested it. */
export function fieldKeysRotated(tenantId: string, keyId: string | undefined): SecurityEvent {
  return {
    verb: 'fieldKeysRotated',
    object: 'maskingRule',
    recordId: tenantId,
    changes: { keyId: { after: keyId ?? null } },
  };
}
