import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Input, idParams, type ParsedInput } from '@pellucid/platform/http';
import { MemberFactorsService } from '../member-factors.service.js';
import { coverageAnswer } from './second-factor.schemas.js';

const tag = 'People';

/** Second factors of members, for those who manage them. */
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
    summary: 'Take all second factors of a member away',
    description:
      'For somebody who has lost them; their sessions end. Refused with 409 where the log-in is used outside of this company too.',
    tag,
    operationId: 'resetSecondFactors',
    access: { system: 'manageUsers' },
    person: true,
    // A second call finds nothing to take away and says so.
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
