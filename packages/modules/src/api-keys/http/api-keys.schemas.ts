import { tidyText } from '@pellucid/conditions';
import { freeText } from '@pellucid/platform/http';
import { z } from 'zod';

/** The service refuses a blank one, together with whatever else is wrong. */
const name = freeText(100).transform(tidyText).meta({ description: 'What the key is for.' });
const roleId = z.uuid().transform((id) => id.toLowerCase());
const expiresAt = z.iso
  .datetime({ offset: true })
  .nullable()
  .meta({ description: 'From when on the key is refused; null for never.' });
const allowedAddresses = z
  .array(z.string().max(60))
  .max(50)
  .meta({ description: 'IP addresses and CIDR blocks it may be used from; empty for any.' });
const ratePerMinute = z
  .int()
  .min(1)
  .max(100_000)
  .nullable()
  .meta({ description: "Requests a minute, over all replicas; null for the installation's own limit." });

const state = z.enum(['active', 'expired', 'revoked']);

export const createBody = z
  .strictObject({
    name,
    roleId,
    expiresAt: expiresAt.optional(),
    allowedAddresses: allowedAddresses.optional(),
    ratePerMinute: ratePerMinute.optional(),
  })
  .meta({ id: 'ApiKeyCreate' });

export const changeBody = z
  .strictObject({
    name: name.optional(),
    roleId: roleId.optional(),
    expiresAt: expiresAt.optional(),
    allowedAddresses: allowedAddresses.optional(),
    ratePerMinute: ratePerMinute.optional(),
  })
  .meta({ id: 'ApiKeyChange' });

export const rotateBody = z
  .strictObject({
    overlapMinutes: z
      .int()
      .min(0)
      .max(7 * 24 * 60)
      .meta({ description: 'How long the present key goes on working; 0 ends it at once.' }),
    expiresAt: expiresAt.optional(),
  })
  .meta({ id: 'ApiKeyRotation' });

const fields = {
  id: z.uuid(),
  name: z.string(),
  roleId: z.uuid(),
  roleName: z
    .string()
    .nullable()
    .meta({ description: 'Null when the role is gone: the key may do nothing.' }),
  state,
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  previousUntil: z.iso.datetime().nullable().meta({
    description: 'Until when the key before the last rotation works; null when it does not.',
  }),
  allowedAddresses: z.array(z.string()),
  ratePerMinute: z.int().nullable(),
  lastUsedAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'Some seconds late: use is written down in steps.' }),
  createdAt: z.iso.datetime(),
  createdBy: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  updatedAt: z.iso.datetime(),
  version: z.int(),
};

export const apiKeySchema = z.object(fields).meta({ id: 'ApiKey' });

export const shownApiKeySchema = z
  .object({
    ...fields,
    key: z.string().nullable().meta({
      description:
        'The key itself, shown this once. Null where an Idempotency-Key is repeated: rotate the key if the first answer was lost.',
    }),
  })
  .meta({ id: 'ShownApiKey' });

export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
  state: state.optional(),
});

export const apiKeyListSchema = z
  .object({
    data: z.array(apiKeySchema),
    page: z.object({ nextCursor: z.string().nullable(), hasMore: z.boolean() }),
  })
  .meta({ id: 'ApiKeyList' });

export const usageQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(30),
});

export const usageSchema = z
  .object({
    data: z.array(
      z.object({
        day: z.iso.date().meta({ description: 'In UTC.' }),
        requests: z.int(),
        failures: z.int().meta({ description: 'Of them, answered with 4xx or 5xx.' }),
      }),
    ),
  })
  .meta({ id: 'ApiKeyUsage' });
