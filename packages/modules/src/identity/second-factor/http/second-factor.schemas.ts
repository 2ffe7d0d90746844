import { nameText } from '@pellucid/platform/http';
import { z } from 'zod';

const code = z.string().min(1, 'must not be empty').max(50);
const token = z.string().min(1, 'must not be empty').max(1000);
const base64url = z.string().max(20_000);
/** The library parses what the browser sends; only its outer form is checked here. */
const credential = z.looseObject({
  id: z.string().min(1).max(1500),
  rawId: z.string().max(1500),
  type: z.literal('public-key'),
});
const assertion = credential
  .extend({
    response: z.looseObject({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: base64url.nullish(),
    }),
  })
  .meta({ description: 'What `navigator.credentials.get` gave, as `PublicKeyCredential.toJSON()`' });
const attestation = credential
  .extend({ response: z.looseObject({ clientDataJSON: base64url, attestationObject: base64url }) })
  .meta({ description: 'What `navigator.credentials.create` gave, as `PublicKeyCredential.toJSON()`' });
const name = nameText(100);

const methods = z.array(z.enum(['totp', 'passkey', 'recovery']));
const publicKeyOptions = z.looseObject({ challenge: z.string() });

/** A challenge for a second factor. */
export const questionAnswer = z
  .object({
    token: z.string().meta({ description: 'Lets its holder complete this step and nothing else' }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
    methods,
    passkey: publicKeyOptions
      .optional()
      .meta({ description: 'For `navigator.credentials.get`, if a passkey can be used' }),
  })
  .meta({ id: 'SecondFactorQuestion' });

/** A log-in whose password was right and that waits for the second factor. */
export const askedAnswer = z.object({ secondFactor: questionAnswer }).meta({ id: 'SecondFactorAsked' });

export const secondFactorBody = z
  .discriminatedUnion('method', [
    z.strictObject({ token, method: z.enum(['totp', 'recovery']), code }),
    z.strictObject({ token, method: z.literal('passkey'), assertion }),
  ])
  .meta({ id: 'SecondFactorProof' });

const proof = z
  .union([
    z.strictObject({ password: z.string().min(1, 'must not be empty').max(1000) }),
    z.strictObject({ method: z.enum(['totp', 'recovery']), code }),
    z.strictObject({ method: z.literal('passkey'), token, assertion }),
  ])
  .meta({
    id: 'OwnProof',
    description: "Password or second factor that confirms it's you",
  });

export const beginBody = z
  .strictObject({
    proof: proof.optional().meta({ description: 'Not needed in the first 15 minutes after log-in' }),
  })
  .default({})
  .meta({ id: 'EnrolmentWish' });
export const proofBody = z.strictObject({ proof }).meta({ id: 'ProvenWish' });
export const renameBody = z.strictObject({ name }).meta({ id: 'SecondFactorChange' });
const enrolment = z.uuid().transform((s) => s.toLowerCase());
export const finishTotpBody = z
  .strictObject({ enrolment, code, name: name.default('Authenticator app') })
  .meta({ id: 'AuthenticatorConfirmation' });
export const finishPasskeyBody = z
  .strictObject({ enrolment, attestation, name: name.default('Passkey') })
  .meta({ id: 'PasskeyConfirmation' });

const factor = z
  .object({
    id: z.string(),
    kind: z.enum(['totp', 'passkey']),
    name: z.string(),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'SecondFactor' });
export const factorAnswer = factor;
export const factorsAnswer = z
  .object({
    data: z.array(factor),
    recoveryCodesLeft: z.int(),
    required: z.boolean().meta({ description: 'Whether the company requires a second factor' }),
  })
  .meta({ id: 'SecondFactors' });
export const totpBegun = z
  .object({
    enrolment: z.string(),
    uri: z.string().meta({ description: 'For a QR code: otpauth://totp/…' }),
    secret: z.string().meta({ description: 'The same secret as text' }),
    expiresAt: z.string(),
  })
  .meta({ id: 'AuthenticatorEnrolment' });
export const passkeyBegun = z
  .object({ enrolment: z.string(), options: publicKeyOptions, expiresAt: z.string() })
  .meta({ id: 'PasskeyEnrolment' });
const recoveryCodes = z.array(z.string());
export const addedAnswer = z
  .object({
    factor,
    recoveryCodes: recoveryCodes.nullable().meta({ description: 'Shown once, with the first factor' }),
    accessToken: z.string().meta({
      description: 'Token of the session with its second factor; replaces the earlier token',
    }),
    expiresIn: z.int().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'SecondFactorAdded' });
export const recoveryCodesAnswer = z.object({ recoveryCodes }).meta({ id: 'RecoveryCodes' });
export const coverageAnswer = z
  .object({ data: z.array(z.object({ memberId: z.string(), hasSecondFactor: z.boolean() })) })
  .meta({ id: 'SecondFactorCoverage' });
