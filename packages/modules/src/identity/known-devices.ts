import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import { type MasterKeyConfig, MasterKeys } from '@pellucid/platform/crypto';

/** Number of days for which a device is known after a person first logged in on it. */
export const DEVICE_DAYS = 180;
/** Maximum number of people known per browser; the one whose log-in is oldest is dropped. */
const PEOPLE = 5;
const TAG_BYTES = 16;
const FORM = /^([0-9a-z]{1,12}\.[\w-]{22})((?:\.[\w-]{22})*)$/;

/**
 * Device cookies (OWASP, "Slow down online guessing attacks with device cookies"). A browser on which a person has
 * logged in proves it with a value that only we can make, and failures on it are counted separately from those of
 * everybody else. Nothing is stored: the cookie contains a random device id and, for each person, a keyed hash of
 * device and person. A cookie made with an earlier master key counts as long as that key is configured.
 */
@Injectable()
export class KnownDevices {
  /** The current key first. */
  private readonly keys: Buffer[];

  constructor(@Inject(CONFIG) config: MasterKeyConfig) {
    const master = MasterKeys.of(config);
    this.keys = master.ids.map((id) => master.derive('known-device', id));
  }

  /** Returns the device's id, or null if the cookie does not prove that the person has logged in on it. */
  deviceOf(identityId: string, cookie: string | undefined, now = Date.now()): string | null {
    const read = this.read(cookie, now);
    if (!read) return null;
    const wanted = this.keys.map((key) => Buffer.from(tagOf(key, read.device, identityId)));
    const isKnown = read.tags.some((tag) => wanted.some((one) => timingSafeEqual(Buffer.from(tag), one)));
    return isKnown ? read.device : null;
  }

  /** Returns the cookie that proves that the person has logged in, in addition to the people already known. */
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
