import { Controller, Inject } from '@nestjs/common';
import { Endpoint, Exchange, type HttpExchange, Input, type ParsedInput } from '@pellucid/platform/http';
import { settingsChangeSchema, settingsSchema, type SettingsRow } from '../tenant-settings.schema.js';
import { TenantSettingsService } from '../tenant-settings.service.js';

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
  async get(@Exchange() exchange: HttpExchange): Promise<SettingsRow> {
    return exchange.tagged(await this.settings.get());
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
  async change(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange): Promise<SettingsRow> {
    return exchange.tagged(await this.settings.change(body, exchange.ifMatch ?? null));
  }
}
