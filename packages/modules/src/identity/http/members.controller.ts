import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
} from '@pellucid/platform/http';

import { InvitationsService } from '../invitations.service.js';
import { MemberRolesService } from '../member-roles.service.js';
import {
  invitationAnswer,
  inviteBody,
  resentAnswer,
  roleAssignmentsAnswer,
  rolesAssigned,
  rolesBody,
} from './auth.schemas.js';

const tag = 'People';

/** Endpoints of invitations and roles of members; the members themselves are records. */
@Controller()
export class IdentityMembersController {
  constructor(
    @Inject(InvitationsService) private readonly invitations: InvitationsService,
    @Inject(MemberRolesService) private readonly memberRoles: MemberRolesService,
  ) {}

  @Endpoint({
    method: 'post',
    path: '/members/invite',
    summary: 'Invite a person by e-mail',
    tag,
    operationId: 'inviteMember',
    access: { system: 'manageUsers' },
    description: 'Inviting the same address again returns 409 and names the member.',
    body: inviteBody,
    status: 201,
    responses: { 201: invitationAnswer },
    sample: () => ({ body: {} }),
  })
  async invite(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return { ...body, ...(await this.invitations.invite(body, exchange.idempotency)) };
  }

  @Endpoint({
    method: 'post',
    path: '/members/{id}/invite/resend',
    summary: 'Resend an invitation with a new link',
    tag,
    operationId: 'resendInvitation',
    access: { system: 'manageUsers' },
    // Each call is meant to send another mail.
    idempotent: false,
    params: idParams,
    responses: { 200: resentAnswer },
    sample: (world) => ({ params: { id: world['member']! } }),
  })
  resend(@Input() input: ParsedInput) {
    return this.invitations.resend(input.params.id);
  }

  @Endpoint({
    method: 'delete',
    path: '/members/{id}/invite',
    summary: 'Revoke an invitation',
    tag,
    operationId: 'revokeInvitation',
    access: { system: 'manageUsers' },
    // A second call finds no invitation and says so.
    idempotent: false,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({ params: { id: world['member']! } }),
  })
  async revoke(@Input() input: ParsedInput): Promise<void> {
    await this.invitations.revoke(input.params.id);
  }

  @Endpoint({
    method: 'get',
    path: '/role-assignments',
    summary: 'List the roles of members',
    description: 'Members without a role are left out.',
    tag,
    operationId: 'listRoleAssignments',
    access: { system: 'manageUsers' },
    responses: { 200: roleAssignmentsAnswer },
    sample: () => ({}),
  })
  async assignments() {
    return { data: await this.memberRoles.assignments() };
  }

  @Endpoint({
    method: 'post',
    path: '/members/{id}/deactivate',
    summary: 'Deactivate a member',
    description: 'Their records and roles stay.',
    tag,
    operationId: 'deactivateMember',
    access: { system: 'manageUsers' },
    // A second call finds the member inactive and says so.
    idempotent: false,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({ params: { id: world['member']! } }),
  })
  async deactivate(@Input() input: ParsedInput): Promise<void> {
    await this.memberRoles.switchAccess(input.params.id, false);
  }

  @Endpoint({
    method: 'post',
    path: '/members/{id}/activate',
    summary: 'Reactivate a member',
    tag,
    operationId: 'activateMember',
    access: { system: 'manageUsers' },
    // A second call finds the member active and says so.
    idempotent: false,
    params: idParams,
    status: 204,
    responses: { 204: null },
    sample: (world) => ({ params: { id: world['member']! } }),
  })
  async activate(@Input() input: ParsedInput): Promise<void> {
    await this.memberRoles.switchAccess(input.params.id, true);
  }

  @Endpoint({
    method: 'put',
    path: '/members/{id}/roles',
    summary: 'Set the roles of a member',
    tag,
    operationId: 'assignRoles',
    access: { system: 'manageUsers' },
    // Assigning the same roles again changes nothing.
    idempotent: false,
    params: idParams,
    body: rolesBody,
    responses: { 200: rolesAssigned },
    sample: (world) => ({ params: { id: world['member']! }, body: { roleIds: [] } }),
  })
  assign(@Input() { params, body }: ParsedInput) {
    return this.memberRoles.assign(params.id, body.roleIds);
  }
}
