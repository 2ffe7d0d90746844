import type { SecurityEvent } from '@pellucid/platform/records';

/** Everything of the company is being sealed under the key, whoever asked for it. */
export function fieldKeysRotated(tenantId: string, keyId: string | undefined): SecurityEvent {
  return {
    verb: 'fieldKeysRotated',
    object: 'maskingRule',
    recordId: tenantId,
    changes: { keyId: { after: keyId ?? null } },
  };
}
