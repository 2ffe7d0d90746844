import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';
import type { ApiRequest } from '@pellucid/platform/http';
import type { Device } from '../device.js';
import { DEVICE_DAYS, KnownDevices } from '../known-devices.js';
import { OwnSite } from './own-site.js';
import { type CookieReply, cookieAttributes, readCookie } from './refresh-cookie.js';

/** Name of the cookie with which a browser proves who has logged in on it. */
export const DEVICE_COOKIE = 'pellucid_device';

/** Reads where requests come from, and the cookie that identifies a known device. */
@Injectable()
export class Devices {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(OwnSite) private readonly site: OwnSite,
    @Inject(KnownDevices) private readonly known: KnownDevices,
  ) {}

  of(request: ApiRequest): Device {
    return {
      ip: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      cookie: readCookie(request, DEVICE_COOKIE),
      site: this.site.passkeySite(request),
    };
  }

  /** Marks the device as one on which the person has logged in. */
  remember(request: ApiRequest, reply: CookieReply, identityId: string): void {
    reply.setCookie(DEVICE_COOKIE, this.known.remember(identityId, readCookie(request, DEVICE_COOKIE)), {
      ...cookieAttributes(this.config, request),
      maxAge: DEVICE_DAYS * 86_400,
    });
  }
}
