import { Controller, Inject, Res } from '@nestjs/common';
import { badRequest } from '@pellucid/platform/errors';
import { type ApiRequest, Endpoint, Input, type ParsedInput, RawRequest } from '@pellucid/platform/http';
import { settingsChangeSchema, settingsSchema, type SettingsRow } from '../tenant-settings.schema.js';
import { TenantSettingsService } from '../tenant-settings.service.js';

/** The part of a reply that this controller needs. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** Endpoints of the company's settings. */
@Controller()
export class SettingsController {
  constructor(@Inject(TenantSettingsService) private readonly settings: TenantSettingsService) {}

  @Endpoint({
    method: 'get',
    path: '/settings',
    summary: 'Get the settings of the company',
    tag: 'Settings',
    operationId: 'getSettings',
    access: 'authenticated',
    conditional: true,
    responses: { 200: settingsSchema },
    sample: () => ({}),
  })
  async get(@Res({ passthrough: true }) reply: HeaderReply): Promise<SettingsRow> {
    return tagged(reply, await this.settings.get());
  }

  @Endpoint({
    method: 'patch',
    path: '/settings',
    summary: 'Change settings of the company',
    tag: 'Settings',
    operationId: 'changeSettings',
    access: { system: 'manageSettings' },
    conditional: true,
    // A repeated change to the same values changes nothing, so it needs no key.
    idempotent: false,
    body: settingsChangeSchema,
    responses: { 200: settingsSchema },
    sample: () => ({ body: {} }),
  })
  async change(
    @Input() input: ParsedInput,
    @RawRequest() request: ApiRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ): Promise<SettingsRow> {
    return tagged(reply, await this.settings.change(input.body, versionOf(request.headers['if-match'])));
  }
}

function tagged(reply: HeaderReply, row: SettingsRow): SettingsRow {
  reply.header('etag', `"${row.version}"`);
  return row;
}

/** Returns the version in an If-Match header; null for `*` or none. @throws ProblemError 400 for anything else */
function versionOf(header: string | undefined): number | null {
  if (header === undefined || header === '*') return null;
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header)?.[1];
  if (!version) throw badRequest('invalidIfMatch', 'If-Match must be the ETag of an answer, such as "3".');
  return Number(version);
}
