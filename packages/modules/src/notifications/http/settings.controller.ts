import { Controller, Inject } from '@nestjs/common';
import { zoneSchema } from '@pellucid/modules/tenancy';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { z } from 'zod';
import { MAIL_CHOICES } from '../notification-kinds.js';
import { NotificationSettingsService } from '../settings/notification-settings.service.js';

const choice = {
  inApp: z.boolean().meta({ description: 'Whether it is shown in the inbox.' }),
  mail: z.enum(MAIL_CHOICES),
};
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:30');
const quietHours = z
  .strictObject({
    from: time,
    to: time.meta({ description: 'On the next day if it is not later than `from`.' }),
    days: z
      .array(z.int().min(0).max(6))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'names a day twice')
      .meta({ description: 'Weekdays on which they begin; 0 is Sunday.' }),
  })
  .meta({ id: 'QuietHours' });
const autoFollow = z.object({
  owner: z.boolean().meta({ description: 'Records that become the person’s own.' }),
  created: z.boolean().meta({ description: 'Records that the person creates.' }),
  commented: z.boolean().meta({ description: 'Records that the person comments on.' }),
  mentioned: z.boolean().meta({ description: 'Records on which somebody mentions the person.' }),
});
const digestHour = z.int().min(0).max(23);

const settings = z
  .object({
    kinds: z.array(z.object({ kind: z.string(), label: z.string(), ...choice })),
    quietHours: quietHours.nullable(),
    digestHour: digestHour.meta({ description: 'Full hour of the day at which the daily digest comes.' }),
    zone: z.string().nullable().meta({ description: "IANA time zone; null for the company's." }),
    companyZone: z.string(),
    autoFollow: autoFollow.meta({ description: 'Which records the person follows by themselves.' }),
    getsMail: z.boolean().meta({ description: 'Whether the address of the log-in is confirmed.' }),
  })
  .meta({ id: 'NotificationSettings' });

const change = z
  .strictObject({
    kinds: z
      .record(z.string().max(100), z.strictObject(choice).partial())
      .refine((kinds) => Object.keys(kinds).length <= 100, 'names more than 100 kinds'),
    quietHours: quietHours.nullable(),
    digestHour,
    zone: zoneSchema.nullable(),
    autoFollow: z.strictObject(autoFollow.shape).partial(),
  })
  .partial()
  .meta({ id: 'NotificationSettingsChange' });

const common = { access: 'authenticated', tag: 'Notifications', person: true } as const;

/** Endpoints of the caller's own choices. */
@Controller()
export class NotificationSettingsController {
  constructor(@Inject(NotificationSettingsService) private readonly settings: NotificationSettingsService) {}

  @Endpoint({
    ...common,
    method: 'get',
    path: '/notification-settings',
    operationId: 'getNotificationSettings',
    summary: 'Get what the caller is notified of, and how',
    responses: { 200: settings },
    sample: () => ({}),
  })
  get() {
    return this.settings.get();
  }

  @Endpoint({
    ...common,
    method: 'patch',
    path: '/notification-settings',
    operationId: 'changeNotificationSettings',
    summary: 'Change what the caller is notified of, and how',
    description: 'What is left out stays as it is.',
    // A repeated change to the same values changes nothing, so it needs no key.
    idempotent: false,
    body: change,
    responses: { 200: settings },
    sample: () => ({ body: {} }),
  })
  change(@Input() { body }: ParsedInput) {
    return this.settings.change(body);
  }
}
