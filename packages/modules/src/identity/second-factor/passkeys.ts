import { randomBytes } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from '@simplewebauthn/server';

/** The site that a browser is on, as passkeys see it (WebAuthn §5.1.3). */
export interface PasskeySite {
  /** Relying party id: the host that passkeys are bound to. */
  rpId: string;
  /** Allowed origins of our pages. */
  origins: string[];
}

/** A stored passkey. */
export interface StoredPasskey {
  credentialId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
  rpId: string;
}

/** EdDSA, ES256 and RS256 (COSE), which authenticators support. */
const ALGORITHMS = [-8, -7, -257];
/** Milliseconds for which the browser's dialog stays open. */
const TIMEOUT = 300_000;

/** Loaded when first needed, because it includes certificate parsers for all vendors. */
const library = () => import('@simplewebauthn/server');

/** Creates a challenge for an authenticator to sign. */
export const newPasskeyChallenge = () => randomBytes(32).toString('base64url');

/**
 * Returns the options for `navigator.credentials.create`.
 * @param present the person's existing passkeys, which are excluded
 */
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
    // It is used in addition to a password, so the device need not verify the user.
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
  });
}

/** Returns the options for `navigator.credentials.get`; null if the person has no passkey for this site. */
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

/** Returns the new passkey, or null if the response does not belong to the challenge. */
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
    // The library throws for any mismatch: origin, challenge, signature, format.
    return null;
  }
}

/** Returns the passkey's new counter, or null if the assertion is by another passkey or for another challenge. */
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
