import { Controller, Inject } from '@nestjs/common';
import {
  Endpoint,
  Exchange,
  type HttpExchange,
  Input,
  type ParsedInput,
  resource,
} from '@pellucid/platform/http';
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

const roles = resource({
  path: '/roles',
  tag: 'Roles',
  access: { system: 'manageRoles' },
  read: 'authenticated',
  answer: roleAnswer,
  sample: (world) => ({ id: world['role']! }),
});

/** Endpoints of roles: what people and API keys may do. */
@Controller()
export class RolesController {
  constructor(
    @Inject(RolesService) private readonly roles: RolesService,
    @Inject(RolePreviewService) private readonly previews: RolePreviewService,
  ) {}

  @Endpoint(
    roles.list({
      operationId: 'listRoles',
      summary: 'List the roles of the company',
      responses: { 200: rolesAnswer },
    }),
  )
  async list() {
    return { data: await this.roles.list() };
  }

  @Endpoint(roles.get({ operationId: 'getRole', summary: 'Get one role' }))
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return exchange.tagged(await this.roles.look(params.id));
  }

  @Endpoint(
    roles.create({
      operationId: 'createRole',
      summary: 'Create a role',
      description:
        "The role has only the rights you give it. You can't give rights you don't have yourself (403).",
      body: roleCreateBody,
      sample: () => ({ body: { name: 'Sample role' } }),
    }),
  )
  async create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const id = await this.roles.create(body, exchange.idempotency);
    return exchange.created(await this.roles.look(id));
  }

  @Endpoint(
    roles.post('/copy', {
      operationId: 'copyRole',
      summary: 'Copy a role',
      body: roleCopyBody,
      status: 201,
      sample: () => ({ body: { name: 'Sample copy' } }),
    }),
  )
  async copy(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const id = await this.roles.copy(params.id, body, exchange.idempotency);
    return exchange.created(await this.roles.look(id), '/api/v1/roles');
  }

  @Endpoint(
    roles.change({
      operationId: 'changeRole',
      summary: 'Change a role',
      description:
        "Lists replace the stored lists. Company Admin can't be changed (409). Other built-in roles can and are then marked `modified`. A change that leaves no administrator is refused (409 `lastAdmin`).",
      body: roleChangeBody,
      sample: () => ({ body: { description: 'Sample' } }),
    }),
  )
  async change(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.roles.change(params.id, body, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.roles.look(params.id));
  }

  @Endpoint(
    roles.post('/reset', {
      operationId: 'resetRole',
      summary: 'Give a built-in role its default rights again',
      description:
        "Name and description stay. A role your company made has no default (409 `notBuiltIn`). You can't give rights you don't have yourself (403).",
      sample: (world) => ({ params: { id: world['builtInRole']! } }),
    }),
  )
  async reset(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    await this.roles.reset(params.id, exchange.ifMatch, exchange.idempotency);
    return exchange.tagged(await this.roles.look(params.id));
  }

  @Endpoint(
    roles.remove({
      operationId: 'deleteRole',
      summary: 'Delete a role',
      description:
        "If people or API keys have the role, `reassignTo` names the role they get instead; without it, 409 `roleInUse`. Built-in roles can't be deleted.",
      query: roleRemovalQuery,
    }),
  )
  async remove(@Input() { params, query }: ParsedInput, @Exchange() { ifMatch, idempotency }: HttpExchange) {
    await this.roles.remove(params.id, query.reassignTo, ifMatch, idempotency);
  }

  @Endpoint(
    roles.post('/preview', {
      operationId: 'previewRole',
      summary: 'Preview who gains or loses access if a role changes',
      description:
        'Saves nothing. Counts up to 1000 records per person, object and action, among those the caller sees. With `reset`, previews POST /roles/{id}/reset.',
      // Only reads.
      idempotent: false,
      conditional: false,
      body: rolePreviewBody,
      responses: { 200: rolePreviewAnswer },
      sample: () => ({ body: { permissions: [] } }),
    }),
  )
  preview(@Input() { params, body }: ParsedInput) {
    const { reset, ...rights } = body;
    return reset ? this.previews.ofReset(params.id) : this.previews.of(params.id, rights);
  }
}
