import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Input, idParams, type ParsedInput } from '@pellucid/platform/http';
import { MemberFactorsService } from '../member-factors.service.js';
import { coverageAnswer } from './second-factor.schemas.js';

const tag = 'People';

/** Endpoints for members' second factors, for people who manage members. */
@Controller()
export class MemberFactorsController {
  constructor(@Inject(MemberFactorsService) private readonly factors: MemberFactorsService) {}

  @Endpoint({
    method: 'get',
    path: '/second-factor-coverage',
    summary: 'List which members have a second factor',
    description: 'Members without a log-in are left out.',
    tag,
    operationId: 'listSecondFactorCoverage',
    access: { system: 'manageUsers' },
    responses: { 200: coverageAnswer },
    sample: () => ({}),
  })
  async coverage() {
    return { data: await this.factors.coverage() };
  }

  @Endpoint({
    method: 'post',
    path: '/members/{id}/second-factors/reset',
    summary: 'Reset the second factors of a member',
    description:
      'For people who lost theirs; their sessions end. Returns 409 if the log-in is also used outside this company.',
    tag,
    operationId: 'resetSecondFactors',
    access: { system: 'manageUsers' },
    person: true,
    // A second call finds nothing to remove and says so.
    idempotent: false,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({ params: { id: world['member']! } }),
  })
  async reset(@Input() { params }: ParsedInput): Promise<void> {
    await this.factors.reset(params.id);
  }
}
