import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import { type MasterKeyConfig, MasterKeys } from '@pellucid/platform/crypto';

/** Days a device is known after somebody logged in on it for the first time. */
export const DEVICE_DAYS = 180;
/** People one browser is known for; the one who has not logged in for longest drops out. */
const PEOPLE = 5;
const TAG_BYTES = 16;
const FORM = /^([0-9a-z]{1,12}\.[\w-]{22})((?:\.[\w-]{22})*)$/;

/**
 * Device cookies (OWASP, "Slow down online guessing attacks with device cookies"): a browser on which somebody has logged
 * in proves it with a value that only we can make, and failures on it are counted apart from those of everybody else.
 * Nothing is stored: the cookie holds a random device and, for each person, a keyed hash of device and person. A cookie of an
 * earlier master key counts as long as that key is configured.
 */
@Injectable()
export class KnownDevices {
  /** The present one first. */
  private readonly keys: Buffer[];

  constructor(@Inject(CONFIG) config: MasterKeyConfig) {
    const master = MasterKeys.of(config);
    this.keys = master.ids.map((id) => master.derive('known-device', id));
  }

  /** The device's id, or null where the cookie does not show that the person has logged in on it. */
  deviceOf(identityId: string, cookie: string | undefined, now = Date.now()): string | null {
    const read = this.read(cookie, now);
    if (!read) return null;
    const wanted = this.keys.map((key) => Buffer.from(tagOf(key, read.device, identityId)));
    const isKnown = read.tags.some((tag) => wanted.some((one) => timingSafeEqual(Buffer.from(tag), one)));
    return isKnown ? read.device : null;
  }

  /** The cookie that shows that the person has logged in, beside those the device knows already. */
  remember(identityId: string, cookie: string | undefined, now = Date.now()): string {
    const { device, tags } = this.read(cookie, now) ?? {
      device: `${Math.floor(now / 1000).toString(36)}.${randomBytes(16).toString('base64url')}`,
      tags: [],
    };
    const own = tagOf(this.keys[0]!, device, identityId);
    return [device, own, ...tags.filter((tag) => tag !== own).slice(0, PEOPLE - 1)].join('.');
  }

  private read(cookie: string | undefined, now: number): { device: string; tags: string[] } | null {
    const [, device, tags] = (cookie ?? '').length > 1_000 ? [] : (FORM.exec(cookie ?? '') ?? []);
    if (!device) return null;
    const age = now / 1000 - Number.parseInt(device, 36);
    if (!(age >= -60 && age <= DEVICE_DAYS * 86_400)) return null;
    return { device, tags: (tags ?? '').split('.').filter(Boolean).slice(0, PEOPLE) };
  }
}

function tagOf(key: Buffer, device: string, identityId: string): string {
  const mac = createHmac('sha256', key).update(`${device}:${identityId}`).digest();
  return mac.subarray(0, TAG_BYTES).toString('base64url');
}
