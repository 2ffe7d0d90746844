import {
  companyNameSchema,
  currencySchema,
  localeSchema,
  subdomainSchema,
  zoneSchema,
} from '@pellucid/modules/tenancy';
import { emailAddress, nameText } from '@pellucid/platform/http';
import { z } from 'zod';
import { askedAnswer } from '../second-factor/http/second-factor.schemas.js';

const personName = nameText(200);
/** A password that is only compared, so the rules for new passwords do not apply. */
const presentPassword = z.string().min(1, 'must not be empty').max(1000);
/** A new password; the password rules answer with codes of their own. */
const newPassword = z
  .string()
  .max(1000)
  .meta({ description: 'At least 10 characters; not a common password or close to your name' });
const mailedToken = z.string().min(1, 'must not be empty').max(200);

export const registerBody = z
  .strictObject({
    companyName: companyNameSchema,
    subdomain: subdomainSchema,
    name: personName,
    email: emailAddress,
    password: newPassword,
    zone: zoneSchema.optional(),
    locale: localeSchema.optional(),
    baseCurrency: currencySchema.optional(),
  })
  .meta({ id: 'Registration' });

export const logInBody = z
  .strictObject({
    email: z.string().max(2000),
    password: presentPassword,
    tenant: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'ID or subdomain; defaults to the company used last' }),
  })
  .meta({ id: 'LogIn' });

export const acceptInviteBody = z
  .strictObject({ token: mailedToken, name: personName, password: newPassword })
  .meta({ id: 'InvitationAcceptance' });

export const invitationLookBody = z.strictObject({ token: mailedToken }).meta({ id: 'InvitationLookUp' });
export const invitationLookAnswer = z
  .object({
    company: z.string(),
    name: z.string(),
    email: z.string(),
    hasLogIn: z.boolean().meta({
      description: 'Whether the person already has a log-in and sends its password instead of choosing one',
    }),
    expiresAt: z.string(),
  })
  .meta({ id: 'InvitationLook' });
export const confirmBody = z.strictObject({ token: mailedToken }).meta({ id: 'AddressConfirmation' });

export const switchBody = z
  .strictObject({
    tenantId: z.uuid({ error: 'must be the UUID of a company' }).transform((s) => s.toLowerCase()),
  })
  .meta({ id: 'CompanySwitch' });

export const forgotBody = z.strictObject({ email: emailAddress }).meta({ id: 'PasswordForgotten' });
export const resetBody = z
  .strictObject({ token: mailedToken, password: newPassword })
  .meta({ id: 'PasswordReset' });
export const changePasswordBody = z
  .strictObject({ currentPassword: presentPassword, newPassword })
  .meta({ id: 'PasswordChange' });

const roleIds = z.array(z.uuid().transform((s) => s.toLowerCase())).max(50);

export const inviteBody = z
  .strictObject({
    email: emailAddress,
    name: personName,
    roleIds: roleIds.min(1, 'must contain at least one role'),
  })
  .meta({ id: 'InvitationWish' });
export const rolesBody = z.strictObject({ roleIds }).meta({ id: 'RoleAssignment' });
export const roleAssignmentsAnswer = z
  .object({ data: z.array(z.object({ memberId: z.string(), roleIds: z.array(z.string()) })) })
  .meta({ id: 'RoleAssignments' });
export const rolesAssigned = z
  .object({ memberId: z.string(), roleIds: z.array(z.string()) })
  .meta({ id: 'AssignedRoles' });

const user = z
  .object({ id: z.string(), memberId: z.string(), name: z.string(), email: z.string() })
  .meta({ id: 'User' });
const company = z.object({ id: z.string(), name: z.string(), subdomain: z.string() }).meta({ id: 'Company' });

export const openedAnswer = z
  .object({
    accessToken: z
      .string()
      .meta({ description: 'Bearer token; the refresh token is sent as an HttpOnly cookie' }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
    user,
    tenant: company,
    secondFactorPending: z.boolean().meta({
      description:
        "Whether the company requires a second factor that this session hasn't used; everything except adding one then returns 403 `secondFactorRequired`",
    }),
  })
  .meta({ id: 'LogInAnswer' });

/** A completed log-in, or one that waits for the second factor. */
export const logInAnswer = z.union([openedAnswer, askedAnswer]).meta({ id: 'LogInOrQuestion' });

const language = z.enum(['en', 'de']).nullable();
export const ownChangeBody = z.strictObject({ language }).meta({ id: 'OwnUserChange' });

export const meAnswer = z
  .object({
    user: user
      .extend({
        emailVerifiedAt: z.string().nullable().meta({
          description:
            "When the person confirmed the address by a mailed link; while null, second factors can't be added",
        }),
        language: language.meta({
          description:
            'The language the person chose for the app, wherever they log in; null follows the browser',
        }),
      })
      .meta({ id: 'OwnUser' }),
    tenant: company,
    settings: z.object({
      zone: z.string(),
      locale: z.string(),
      baseCurrency: z.string(),
      weekStart: z.int(),
      fiscalYearStartMonth: z.int(),
      inactiveAfterDays: z.int(),
      goalLeaderboard: z.boolean(),
      featureFlags: z.record(z.string(), z.boolean()),
      quotas: z.record(z.string(), z.number()),
      requireSecondFactor: z.boolean(),
    }),
    roles: z.array(z.object({ id: z.string(), key: z.string().nullable(), name: z.string() })),
    permissions: z.array(z.string()).meta({
      description:
        'Company rights of all roles combined, `*` for all; for rights on objects, see GET /objects',
    }),
    secondFactorPending: z.boolean().meta({
      description: "Whether the company requires a second factor that this session hasn't used",
    }),
    tenants: z.array(company).meta({ description: 'Companies the person can switch to, including this one' }),
  })
  .meta({ id: 'Me' });

export const sessionsAnswer = z
  .object({
    data: z.array(
      z.object({
        id: z.string(),
        tenant: z.object({ id: z.string(), name: z.string() }),
        userAgent: z.string(),
        ip: z.string(),
        createdAt: z.string(),
        lastUsedAt: z.string(),
        expiresAt: z.string(),
        current: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Sessions' });

export const endedSessionsAnswer = z.object({ ended: z.int() }).meta({ id: 'EndedSessions' });

export const invitationAnswer = z
  .object({
    id: z.string(),
    memberId: z.string(),
    email: z.string(),
    name: z.string(),
    roleIds: z.array(z.string()),
    expiresAt: z.string(),
  })
  .meta({ id: 'Invitation' });
export const resentAnswer = invitationAnswer
  .pick({ id: true, memberId: true, expiresAt: true })
  .meta({ id: 'InvitationSentAgain' });
