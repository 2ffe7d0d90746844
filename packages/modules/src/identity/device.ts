import type { PasskeySite } from './second-factor/passkeys.js';

/** Where a call comes from. */
export interface Device {
  ip: string;
  userAgent: string;
  /** The cookie with which a browser proves that the person has logged in on it before. */
  cookie?: string | undefined;
  /** Where the browser's pages come from; missing for programs. */
  site?: PasskeySite;
}
