import { Module } from '@nestjs/common';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyRefusals } from './key-refusals.js';
import { KeyUsage } from './key-usage.js';

/** API keys of a company's programs. */
@Module({
  providers: [ApiKeyAuthenticator, ApiKeysRepository, ApiKeysService, KeyRefusals, KeyUsage],
  exports: [ApiKeyAuthenticator, ApiKeysService, KeyUsage],
})
export class ApiKeysModule {}
