import type { PasskeySite } from './second-factor/passkeys.js';

/** From where somebody calls. */
export interface Device {
  ip: string;
  userAgent: string;
  /** The cookie by which a browser proves that somebody logged in on it before. */
  cookie?: string | undefined;
  /** Where its pages come from; missing where nobody browses. */
  site?: PasskeySite;
}
