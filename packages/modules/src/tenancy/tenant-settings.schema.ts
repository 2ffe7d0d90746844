import { nameText } from '@pellucid/platform/http';
import { isCurrency } from '@pellucid/platform/money';
import { z } from 'zod';

const named = (kind: string, example: string) => `isn't a valid ${kind}; use one like ${example}`;

/** Returns an IANA time zone in its usual spelling, or undefined when there is none with this name. */
export function canonicalZone(name: string): string | undefined {
  // Intl also accepts offsets like +02:00, which have no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return resolved.toLowerCase() === name.toLowerCase() ? resolved : name;
  } catch {
    return undefined;
  }
}

/** Returns a BCP 47 tag in canonical form, or undefined when it is not well-formed. */
export function canonicalLocale(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

const mapped = (canonical: (given: string) => string | undefined, message: string) =>
  z.string().transform((given, context) => {
    const found = canonical(given);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

export const zoneSchema = mapped(canonicalZone, named('IANA time zone', 'Europe/Berlin'));
export const localeSchema = mapped(canonicalLocale, named('BCP 47 language tag', 'en-GB'));
export const currencySchema = z.string().refine(isCurrency, named('ISO 4217 currency', 'EUR'));
/** The company's name. */
export const companyNameSchema = nameText(200)
  // The name appears in mails to people who do not know the company yet.
  .refine((s) => !/:\/\/|\bwww\./i.test(s), "can't contain a web address");

/** A change of settings; what is left out stays as it is. */
export const settingsChangeSchema = z
  .strictObject({
    name: companyNameSchema,
    zone: zoneSchema,
    locale: localeSchema,
    baseCurrency: currencySchema,
    weekStart: z.int().min(0).max(6, '0 is Sunday, 6 is Saturday'),
    fiscalYearStartMonth: z.int().min(1).max(12),
    featureFlags: z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'flag names are camelCase'), z.boolean())
      .refine((flags) => Object.keys(flags).length <= 100, 'has more than 100 flags'),
    inactiveAfterDays: z.int().min(1).max(365),
    goalLeaderboard: z.boolean(),
    requireSecondFactor: z.boolean(),
  })
  .partial()
  .meta({ id: 'SettingsChange' });

export type SettingsChange = z.output<typeof settingsChangeSchema>;

/** Settings in responses. */
export const settingsSchema = z
  .object({
    name: z.string(),
    subdomain: z.string(),
    status: z.enum(['active', 'suspended']),
    zone: z.string().meta({ description: 'IANA time zone in which days begin and end' }),
    locale: z.string().meta({ description: 'BCP 47 language tag' }),
    baseCurrency: z.string().meta({ description: 'ISO 4217 code used for totals' }),
    weekStart: z.int().meta({ description: 'First day of the week, 0 is Sunday' }),
    fiscalYearStartMonth: z.int().meta({ description: '1 is January' }),
    featureFlags: z.record(z.string(), z.boolean()),
    quotas: z.record(z.string(), z.number()).meta({ description: 'Set by the operator of the service' }),
    inactiveAfterDays: z.int().meta({
      description: 'Days without an activity after which an open opportunity is at risk',
    }),
    goalLeaderboard: z.boolean().meta({
      description: 'Whether people see how far others are with their goals',
    }),
    requireSecondFactor: z.boolean().meta({
      description: 'Members without a second factor can only set one up',
    }),
    version: z.int(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Settings' });

export type SettingsRow = z.output<typeof settingsSchema>;
