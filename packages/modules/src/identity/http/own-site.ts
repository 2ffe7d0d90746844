import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import type { ApiRequest } from '@pellucid/platform/http';
import { originRefused } from '../identity.errors.js';
import type { PasskeySite } from '../second-factor/passkeys.js';

const isLoopback = (hostname: string) => hostname === 'localhost' || hostname.endsWith('.localhost');

/** Decides which pages are ours: those of this host, of the public address, and of the configured origins. */
@Injectable()
export class OwnSite {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Browsers send cookies automatically, so another site must not be able to use them, nor to log a visitor in as
   * somebody else. SameSite=Strict protects against other sites. This check also protects against sister subdomains, a
   * page that somebody on the network serves under our name, and browsers without SameSite. Programs send neither
   * header.
   * @throws ProblemError 403
   */
  assertOwnOrigin(request: ApiRequest): void {
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (origin === undefined) {
      if (site !== undefined && site !== 'same-origin' && site !== 'none') throw originRefused();
      return;
    }
    if (this.config.PELLUCID_CORS_ORIGINS.includes(origin)) return;
    const url = URL.canParse(origin) ? new URL(origin) : null;
    const own = [request.host, ...(this.publicUrl ? [this.publicUrl.host] : [])];
    if (!url || !own.includes(url.host)) throw originRefused();
    if (url.protocol !== 'https:' && this.isHttps(request)) throw originRefused();
  }

  /**
   * Returns the relying party of passkeys: the base domain if companies have subdomains of it, so that one passkey
   * works for all of them; else the host of the page.
   */
  passkeySite(request: ApiRequest): PasskeySite {
    const { origin } = request.headers;
    const address =
      origin !== undefined && this.config.PELLUCID_CORS_ORIGINS.includes(origin)
        ? origin
        : `https://${request.host}`;
    if (!URL.canParse(address)) return { rpId: '', origins: [] };
    const page = new URL(address);
    const base = this.config.PELLUCID_BASE_DOMAIN?.toLowerCase();
    const { hostname, host } = page;
    const isBelowBase = base !== undefined && (hostname === base || hostname.endsWith(`.${base}`));
    return {
      rpId: isBelowBase ? base : hostname,
      // Browsers create passkeys on https pages, and on localhost.
      origins: [`https://${host}`, ...(isLoopback(hostname) ? [`http://${host}`] : [])],
    };
  }

  private get publicUrl(): URL | null {
    return this.config.PELLUCID_PUBLIC_URL ? new URL(this.config.PELLUCID_PUBLIC_URL) : null;
  }

  /** Whether browsers reach us by https, as far as we can know: a proxy may terminate TLS. */
  private isHttps(request: ApiRequest): boolean {
    return this.publicUrl ? this.publicUrl.protocol === 'https:' : request.protocol === 'https';
  }
}
