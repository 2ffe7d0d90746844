import { Inject, Injectable } from '@nestjs/common';
import { ApiKeyAuthenticator } from '@pellucid/modules/api-keys';
import type { ApiRequest, Authenticator } from '@pellucid/platform/http';
import { TenantHint } from './tenant-hint.js';
import { TokenAuthenticator } from './token-authenticator.js';

/** Authenticates callers by their credentials: programs by API key, people by access token. */
@Injectable()
export class RequestAuthenticator implements Authenticator {
  constructor(
    @Inject(TokenAuthenticator) private readonly tokens: TokenAuthenticator,
    @Inject(ApiKeyAuthenticator) private readonly keys: ApiKeyAuthenticator,
    @Inject(TenantHint) private readonly hint: TenantHint,
  ) {}

  /** Authenticates the caller. @throws ProblemError 401, 403 and 404 as the two authenticators do */
  async authenticate(request: ApiRequest): Promise<void> {
    const key = this.keys.keyOf(request);
    if (key === undefined) return this.tokens.authenticate(request);
    const { tenantId, subdomain } = await this.keys.authenticate(request, key);
    this.hint.assertMatches(request, tenantId, subdomain);
  }
}
