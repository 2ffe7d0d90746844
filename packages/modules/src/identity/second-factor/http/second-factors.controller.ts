import { Controller, Inject } from '@nestjs/common';
import {
  type ApiRequest,
  Endpoint,
  Input,
  idParams,
  type ParsedInput,
  RawRequest,
} from '@pellucid/platform/http';
import { Devices } from '../../http/devices.js';
import { SecondFactorsService } from '../second-factors.service.js';
import {
  addedAnswer,
  beginBody,
  factorAnswer,
  factorsAnswer,
  finishPasskeyBody,
  finishTotpBody,
  passkeyBegun,
  proofBody,
  questionAnswer,
  recoveryCodesAnswer,
  renameBody,
  totpBegun,
} from './second-factor.schemas.js';

const tag = 'Second factors';
/** Responses contain secrets that are shown once, and a second call starts again or finds nothing left to do. */
const idempotent = false;
const own = { tag, access: 'authenticated', person: true, beforeSecondFactor: true } as const;

/**
 * Endpoints for one's own second factors. Open to sessions that have yet to prove one, since they need them for that.
 */
@Controller()
export class SecondFactorsController {
  constructor(
    @Inject(SecondFactorsService) private readonly factors: SecondFactorsService,
    @Inject(Devices) private readonly devices: Devices,
  ) {}

  @Endpoint({
    ...own,
    method: 'get',
    path: '/auth/second-factors',
    summary: 'List your second factors',
    operationId: 'listSecondFactors',
    responses: { 200: factorsAnswer },
    sample: () => ({}),
  })
  list() {
    return this.factors.list();
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/challenge',
    summary: 'Start confirming a second factor before a change',
    description: 'A passkey signs the challenge. Codes can be sent as proof without it.',
    operationId: 'challengeSecondFactor',
    idempotent,
    responses: { 200: questionAnswer },
    sample: () => ({}),
  })
  challenge(@RawRequest() request: ApiRequest) {
    return this.factors.askProof(this.devices.of(request));
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/totp',
    summary: 'Start adding an authenticator app',
    description: 'Show `uri` as a QR code. The app is added once one of its codes is confirmed.',
    operationId: 'beginAuthenticator',
    idempotent,
    body: beginBody,
    responses: { 200: totpBegun },
    sample: () => ({ body: {} }),
  })
  beginTotp(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest) {
    return this.factors.beginTotp(body.proof, this.devices.of(request));
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/totp/confirm',
    summary: 'Add an authenticator app with a code from it',
    operationId: 'confirmAuthenticator',
    idempotent,
    body: finishTotpBody,
    status: 201,
    responses: { 201: addedAnswer },
    sample: () => ({ body: {} }),
  })
  finishTotp(@Input() { body }: ParsedInput) {
    return this.factors.finishTotp(body.enrolment, body.code, body.name);
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/passkey',
    summary: 'Start adding a passkey',
    description: 'Give `options` to `navigator.credentials.create`.',
    operationId: 'beginPasskey',
    idempotent,
    body: beginBody,
    responses: { 200: passkeyBegun },
    sample: () => ({ body: {} }),
  })
  beginPasskey(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest) {
    return this.factors.beginPasskey(body.proof, this.devices.of(request));
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/passkey/confirm',
    summary: 'Add the passkey the browser created',
    operationId: 'confirmPasskey',
    idempotent,
    body: finishPasskeyBody,
    status: 201,
    responses: { 201: addedAnswer },
    sample: () => ({ body: {} }),
  })
  finishPasskey(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest) {
    const { enrolment, attestation, name } = body;
    return this.factors.finishPasskey(enrolment, attestation, name, this.devices.of(request));
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/recovery-codes',
    summary: 'Replace the recovery codes',
    description: 'The new codes are shown once. Earlier codes stop working.',
    operationId: 'renewRecoveryCodes',
    idempotent,
    body: proofBody,
    responses: { 200: recoveryCodesAnswer },
    sample: () => ({ body: {} }),
  })
  async renew(@Input() { body }: ParsedInput, @RawRequest() request: ApiRequest) {
    return { recoveryCodes: await this.factors.renewRecoveryCodes(body.proof, this.devices.of(request)) };
  }

  @Endpoint({
    ...own,
    method: 'patch',
    path: '/auth/second-factors/{id}',
    summary: 'Rename one of your second factors',
    operationId: 'renameSecondFactor',
    // Setting the same name again changes nothing.
    idempotent,
    params: idParams,
    body: renameBody,
    responses: { 200: factorAnswer },
    sample: (world) => ({ params: { id: world['secondFactor']! }, body: { name: 'Phone' } }),
  })
  rename(@Input() { params, body }: ParsedInput) {
    return this.factors.rename(params.id, body.name);
  }

  @Endpoint({
    ...own,
    method: 'post',
    path: '/auth/second-factors/{id}/remove',
    summary: 'Remove one of your second factors',
    description: 'With the last one go the recovery codes. Refused where a company requires a second factor.',
    operationId: 'removeSecondFactor',
    idempotent,
    params: idParams,
    body: proofBody,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({
      params: { id: world['secondFactor']! },
      body: { proof: { password: world['password'] } },
    }),
  })
  async remove(@Input() { params, body }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.factors.remove(params.id, body.proof, this.devices.of(request));
  }
}
