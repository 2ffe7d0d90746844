import {
  beginAuthenticator,
  beginPasskey,
  confirmAuthenticator,
  confirmPasskey,
  listSecondFactorCoverage,
  listSecondFactors,
  type OwnProof,
  removeSecondFactor,
  renameSecondFactor,
  renewRecoveryCodes,
  resetSecondFactors,
  type SecondFactorAdded,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { proveSession } from '@/lib/session/session';

export type { OwnProof };

export const factorsQuery = queryOptions({
  queryKey: ['second-factors'],
  queryFn: ({ signal }) => listSecondFactors({ signal }),
});

/** Which members have a second factor; for users who manage people. */
export const coverageQuery = queryOptions({
  queryKey: ['second-factor-coverage'],
  queryFn: async ({ signal }) => (await listSecondFactorCoverage({ signal })).data,
});

const forget = () =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: factorsQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: coverageQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  ]);

/** The session has now proven a second factor and has full access. */
async function take(added: SecondFactorAdded): Promise<SecondFactorAdded> {
  proveSession(added);
  await forget();
  return added;
}

/**
 * Starts adding an authenticator app. Out: the enrolment, and the secret for the QR code. Answers 403 if the API wants
 * proof.
 */
export const beginApp = (proof: OwnProof | undefined) => beginAuthenticator({ body: proof ? { proof } : {} });

/** Adds the app with a code from it. Throws ApiProblem with 422 for a wrong code. */
export const finishApp = async (body: { enrolment: string; code: string; name: string }) =>
  take(await confirmAuthenticator({ body }));

/** Has the browser create a passkey. Throws if the user declines. */
export async function addPasskey(name: string, proof: OwnProof | undefined): Promise<SecondFactorAdded> {
  const { enrolment, options } = await beginPasskey({ body: proof ? { proof } : {} });
  const { startRegistration } = await import('@simplewebauthn/browser');
  const attestation = await startRegistration({ optionsJSON: options as never });
  return take(await confirmPasskey({ body: { enrolment, name, attestation: attestation as never } }));
}

export async function renameFactor(id: string, name: string): Promise<void> {
  await renameSecondFactor({ path: { id }, body: { name } });
  await forget();
}

/** Removes one of the user's second factors. Throws ApiProblem with 409 for the last one if the company requires it. */
export async function removeFactor(id: string, proof: OwnProof): Promise<void> {
  await removeSecondFactor({ path: { id }, body: { proof } });
  await forget();
}

/** Replaces the recovery codes. Out: the new ones, shown only once. */
export async function renewCodes(proof: OwnProof): Promise<string[]> {
  const { recoveryCodes } = await renewRecoveryCodes({ body: { proof } });
  await forget();
  return recoveryCodes;
}

/** Removes all second factors of a member and ends their sessions. */
export async function resetMemberFactors(memberId: string): Promise<void> {
  await resetSecondFactors({ path: { id: memberId } });
  await forget();
}
