import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { notFound } from '@pellucid/platform/errors';
import type { ApiRequest } from '@pellucid/platform/http';

/** Finds out which company a request is meant for apart from its token: from X-Tenant header and subdomain. */
@Injectable()
export class TenantHint {
  /** `.crm.example.com`, or null if no base domain is configured. */
  private readonly suffix: string | null;

  constructor(@Inject(CONFIG) config: Config) {
    this.suffix = config.PELLUCID_BASE_DOMAIN ? `.${config.PELLUCID_BASE_DOMAIN.toLowerCase()}` : null;
  }

  /** Returns the ids or subdomains that the request names, in lower case; usually none. */
  of(request: ApiRequest): string[] {
    const hints: string[] = [];
    const header = request.headers['x-tenant'];
    if (typeof header === 'string' && header.trim() !== '') hints.push(header.trim().toLowerCase());
    if (this.suffix) {
      const host = request.hostname.toLowerCase();
      if (host.endsWith(this.suffix)) hints.push(host.slice(0, -this.suffix.length));
    }
    return hints;
  }

  /** Checks that the request means this company. @throws ProblemError 404 when it names another one */
  assertMatches(request: ApiRequest, tenantId: string, subdomain: string): void {
    for (const hint of this.of(request))
      if (hint !== tenantId && hint !== subdomain) throw notFound('The company');
  }
}
