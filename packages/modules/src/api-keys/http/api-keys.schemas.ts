import { makerSchema } from '@pellucid/platform/records';
import { tidyText } from '@pellucid/conditions';
import { freeText, instantText, listSchema, pageQuery } from '@pellucid/platform/http';
import { z } from 'zod';

/** The service refuses a blank name, together with any other problems. */
const name = freeText(100).transform(tidyText).meta({ description: 'What the key is for.' });
const roleId = z.uuid().transform((id) => id.toLowerCase());
const expiresAt = instantText.nullable().meta({ description: 'When the key stops working; null for never.' });
const allowedAddresses = z
  .array(z.string().max(60))
  .max(50)
  .meta({ description: 'IP addresses and CIDR blocks it can be used from; empty for any.' });
const ratePerMinute = z
  .int()
  .min(1)
  .max(100_000)
  .nullable()
  .meta({ description: "Requests per minute across all replicas; null for the installation's default." });

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
      .meta({ description: 'How long the current key keeps working; 0 ends it at once.' }),
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
    .meta({ description: 'Null if the role was deleted; the key then has no rights.' }),
  state,
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  previousUntil: z.iso.datetime().nullable().meta({
    description: 'When the previous key stops working; null if it already has.',
  }),
  allowedAddresses: z.array(z.string()),
  ratePerMinute: z.int().nullable(),
  lastUsedAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'Lags by a few seconds because usage is written in batches.' }),
  createdAt: z.iso.datetime(),
  createdBy: makerSchema.nullable(),
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
  ...pageQuery().shape,
  state: state.optional(),
});

export const apiKeyListSchema = listSchema(apiKeySchema, 'ApiKeyList');

export const usageQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(30),
});

export const usageSchema = z
  .object({
    data: z.array(
      z.object({
        day: z.iso.date().meta({ description: 'In UTC.' }),
        requests: z.int(),
        failures: z.int().meta({ description: 'Requests answered with 4xx or 5xx.' }),
      }),
    ),
  })
  .meta({ id: 'ApiKeyUsage' });
