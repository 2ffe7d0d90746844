import { randomBytes } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from '@simplewebauthn/server';

/** Where a browser talks to us, as passkeys see it (WebAuthn §5.1.3). */
export interface PasskeySite {
  /** Relying party id: the host passkeys are bound to. */
  rpId: string;
  /** Origins a page of ours may have. */
  origins: string[];
}

/** A passkey as stored. */
export interface StoredPasskey {
  credentialId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
  rpId: string;
}

/** EdDSA, ES256 and RS256 (COSE): what authenticators have. */
const ALGORITHMS = [-8, -7, -257];
/** Milliseconds a person has for the browser's dialog. */
const TIMEOUT = 300_000;

/** Loaded when first needed: it brings readers for certificates of all vendors. */
const library = () => import('@simplewebauthn/server');

/** What an authenticator is to sign. */
export const newPasskeyChallenge = () => randomBytes(32).toString('base64url');

/** What `navigator.credentials.create` needs. @param present passkeys the person has, which are not made twice */
export async function registrationOptions(
  person: { id: string; email: string; name: string },
  site: PasskeySite,
  challenge: string,
  present: StoredPasskey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpName: 'Pellucid',
    rpID: site.rpId,
    userID: new Uint8Array(Buffer.from(person.id.replaceAll('-', ''), 'hex')),
    userName: person.email,
    userDisplayName: person.name,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: TIMEOUT,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: present.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    // It comes beside a password, so the device need not ask who is there.
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
  });
}

/** What `navigator.credentials.get` needs; null where the person has no passkey for this site. */
export async function assertionOptions(
  rpId: string,
  challenge: string,
  passkeys: StoredPasskey[],
): Promise<PublicKeyCredentialRequestOptionsJSON | null> {
  const here = passkeys.filter((passkey) => passkey.rpId === rpId);
  if (!here.length) return null;
  const { generateAuthenticationOptions } = await library();
  return generateAuthenticationOptions({
    rpID: rpId,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    timeout: TIMEOUT,
    userVerification: 'preferred',
    allowCredentials: here.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
  });
}

/** The passkey that was made, or null where the answer does not belong to the question. */
export async function verifiedRegistration(
  response: unknown,
  challenge: string,
  site: PasskeySite,
): Promise<StoredPasskey | null> {
  const { verifyRegistrationResponse } = await library();
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origins,
      expectedRPID: site.rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { id, publicKey, counter, transports } = registrationInfo.credential;
    return {
      credentialId: id,
      publicKey: Buffer.from(publicKey),
      counter,
      transports: transports ?? [],
      rpId: site.rpId,
    };
  } catch {
    // The library throws for whatever does not fit: origin, challenge, signature, form.
    return null;
  }
}

/** The passkey's new counter, or null where the assertion is not of it, or not for this question. */
export async function verifiedAssertion(
  response: unknown,
  challenge: string,
  site: PasskeySite,
  passkey: StoredPasskey,
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await library();
  const credential: WebAuthnCredential = {
    id: passkey.credentialId,
    publicKey: new Uint8Array(passkey.publicKey),
    counter: passkey.counter,
    transports: passkey.transports,
  };
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: site.origins,
      expectedRPID: passkey.rpId,
      credential,
      requireUserVerification: false,
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}
