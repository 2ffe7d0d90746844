import type { SecondFactorProof, SecondFactorQuestion } from '@pellucid/api-client';

type Assertion = Extract<SecondFactorProof, { method: 'passkey' }>['assertion'];

/** Has the browser ask for a passkey. Throws if the user declines or no passkey matches. */
export async function signPasskey(options: SecondFactorQuestion['passkey']): Promise<Assertion> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const signed = await startAuthentication({ optionsJSON: options as never });
  return signed as unknown as Assertion;
}
