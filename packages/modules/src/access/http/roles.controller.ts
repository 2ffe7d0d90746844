import { Controller, Inject, Res } from '@nestjs/common';
import {
  type ApiRequest,
  Endpoint,
  idParams,
  Input,
  type ParsedInput,
  RawRequest,
} from '@pellucid/platform/http';
import { idempotencyOf, ifMatchOf } from '@pellucid/platform/records';
import { RolePreviewService } from '../roles/role-preview.service.js';
import { RolesService } from '../roles/roles.service.js';
import {
  roleAnswer,
  roleChangeBody,
  roleCopyBody,
  roleCreateBody,
  rolePreviewAnswer,
  rolePreviewBody,
  roleRemovalQuery,
  rolesAnswer,
} from './roles.schemas.js';

const tag = 'Roles';
const access = { system: 'manageRoles' };
const sample = (world: Record<string, string>) => ({ params: { id: world['role']! } });

/** The part of a reply that this controller needs. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Endpoints of roles: what people and API keys may do. */
@Controller()
export class RolesController {
  constructor(
    @Inject(RolesService) private readonly roles: RolesService,
    @Inject(RolePreviewService) private readonly previews: RolePreviewService,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/roles',
    summary: 'List the roles of the company',
    tag,
    operationId: 'listRoles',
    access: 'authenticated',
    responses: { 200: rolesAnswer },
    sample: () => ({}),
  })
  async list() {
    return { data: await this.roles.list() };
  }

  @Endpoint({
    method: 'get',
    path: '/roles/{id}',
    summary: 'Get one role',
    tag,
    operationId: 'getRole',
    access: 'authenticated',
    params: idParams,
    conditional: true,
    responses: { 200: roleAnswer },
    sample,
  })
  async get(@Input() { params }: ParsedInput, @Res({ passthrough: true }) reply: HeaderReply) {
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'post',
    path: '/roles',
    summary: 'Create a role',
    description:
      "The role has only the rights you give it. You can't give rights you don't have yourself (403).",
    tag,
    operationId: 'createRole',
    access,
    body: roleCreateBody,
    status: 201,
    conditional: true,
    responses: { 201: roleAnswer },
    sample: () => ({ body: { name: 'Sample role' } }),
  })
  async create(
    @Input() { body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    return this.made(reply, await this.roles.create(body, idempotencyOf(request)));
  }

  @Endpoint({
    method: 'post',
    path: '/roles/{id}/copy',
    summary: 'Copy a role',
    tag,
    operationId: 'copyRole',
    access,
    params: idParams,
    body: roleCopyBody,
    status: 201,
    conditional: true,
    responses: { 201: roleAnswer },
    sample: (world) => ({ ...sample(world), body: { name: 'Sample copy' } }),
  })
  async copy(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    return this.made(reply, await this.roles.copy(params.id, body, idempotencyOf(request)));
  }

  @Endpoint({
    method: 'patch',
    path: '/roles/{id}',
    summary: 'Change a role',
    description:
      "Lists replace the stored lists. Company Admin can't be changed (409). Other built-in roles can and are then marked `modified`. A change that leaves no administrator is refused (409 `lastAdmin`).",
    tag,
    operationId: 'changeRole',
    access,
    params: idParams,
    body: roleChangeBody,
    conditional: true,
    responses: { 200: roleAnswer },
    sample: (world) => ({ ...sample(world), body: { description: 'Sample' } }),
  })
  async change(
    @Input() { params, body }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.roles.change(params.id, body, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'post',
    path: '/roles/{id}/reset',
    summary: 'Give a built-in role its default rights again',
    description:
      "Name and description stay. A role your company made has no default (409 `notBuiltIn`). You can't give rights you don't have yourself (403).",
    tag,
    operationId: 'resetRole',
    access,
    params: idParams,
    conditional: true,
    responses: { 200: roleAnswer },
    sample: (world) => ({ params: { id: world['builtInRole']! } }),
  })
  async reset(
    @Input() { params }: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ) {
    await this.roles.reset(params.id, ifMatchOf(request), idempotencyOf(request));
    return this.tagged(reply, params.id);
  }

  @Endpoint({
    method: 'delete',
    path: '/roles/{id}',
    summary: 'Delete a role',
    description:
      "If people or API keys have the role, `reassignTo` names the role they get instead; without it, 409 `roleInUse`. Built-in roles can't be deleted.",
    tag,
    operationId: 'deleteRole',
    access,
    params: idParams,
    query: roleRemovalQuery,
    status: 204,
    conditional: true,
    responses: { 204: null },
    sample,
  })
  async remove(@Input() { params, query }: ParsedInput, @RawRequest() request: ApiRequest): Promise<void> {
    await this.roles.remove(params.id, query.reassignTo, ifMatchOf(request), idempotencyOf(request));
  }

  @Endpoint({
    method: 'post',
    path: '/roles/{id}/preview',
    summary: 'Preview who gains or loses access if a role changes',
    description:
      'Saves nothing. Counts up to 1000 records per person, object and action, among those the caller sees. With `reset`, previews POST /roles/{id}/reset.',
    tag,
    operationId: 'previewRole',
    access,
    // Only reads.
    idempotent: false,
    params: idParams,
    body: rolePreviewBody,
    responses: { 200: rolePreviewAnswer },
    sample: (world) => ({ ...sample(world), body: { permissions: [] } }),
  })
  preview(@Input() { params, body }: ParsedInput) {
    const { reset, ...rights } = body;
    return reset ? this.previews.ofReset(params.id) : this.previews.of(params.id, rights);
  }

  private async made(reply: HeaderReply, id: string) {
    reply.header('location', `/api/v1/roles/${id}`);
    return this.tagged(reply, id);
  }

  private async tagged(reply: HeaderReply, id: string) {
    const role = await this.roles.look(id);
    reply.header('etag', `"${role.version}"`);
    return role;
  }
}
