import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { DEVICE_DAYS, KnownDevices } from './known-devices.js';

const devicesOf = (key = randomBytes(32).toString('base64')) =>
  new KnownDevices({ PELLUCID_MASTER_KEY: key });
const person = (n: number) => `00000000-0000-7000-8000-00000000000${n}`;
const DAY = 86_400_000;

test('a device is known for the person who has logged in on it, and for nobody else', () => {
  const devices = devicesOf();
  const cookie = devices.remember(person(1), undefined);
  expect(devices.deviceOf(person(1), cookie)).toBeTruthy();
  expect(devices.deviceOf(person(2), cookie)).toBeNull();
  expect(devices.deviceOf(person(1), undefined)).toBeNull();
});

test('a second person on the same device does not replace the first', () => {
  const devices = devicesOf();
  const both = devices.remember(person(2), devices.remember(person(1), undefined));
  expect(devices.deviceOf(person(1), both)).toBe(devices.deviceOf(person(2), both));
  expect(devices.deviceOf(person(1), both)).toBeTruthy();
});

test('a device is known for the five people who logged in last', () => {
  const devices = devicesOf();
  let cookie: string | undefined;
  for (let n = 1; n <= 6; n++) cookie = devices.remember(person(n), cookie);
  expect([1, 2, 3, 4, 5, 6].map((n) => devices.deviceOf(person(n), cookie) !== null)).toEqual([
    false,
    ...Array(5).fill(true),
  ]);
});

test('a forged, altered, foreign or old cookie proves nothing', () => {
  const devices = devicesOf();
  const cookie = devices.remember(person(1), undefined);
  const [issued, nonce, tag] = cookie.split('.');
  const other = devices.remember(person(1), undefined);
  for (const wrong of [
    `${issued}.${nonce}`,
    `${issued}.${nonce}.${'A'.repeat(22)}`,
    `${issued}.${other.split('.')[1]}.${tag}`,
    `${issued!.slice(0, -1)}${issued!.endsWith('0') ? 1 : 0}.${nonce}.${tag}`,
    cookie.repeat(40),
    devicesOf().remember(person(1), undefined),
    '',
    '..',
    '{"identity":"x"}',
  ])
    expect(devices.deviceOf(person(1), wrong), wrong).toBeNull();
  expect(devices.deviceOf(person(1), cookie, Date.now() + (DEVICE_DAYS - 1) * DAY)).toBeTruthy();
  expect(devices.deviceOf(person(1), cookie, Date.now() + (DEVICE_DAYS + 1) * DAY)).toBeNull();
  expect(devices.deviceOf(person(1), cookie, Date.now() - DAY)).toBeNull();
});

test('a cookie of an earlier master key counts as long as that key is configured, and is renewed with the current one', () => {
  const [old, present] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const both = new KnownDevices({ PELLUCID_MASTER_KEY: present, PELLUCID_MASTER_KEYS_PREVIOUS: [old] });
  const cookie = devicesOf(old).remember(person(1), undefined);
  expect(both.deviceOf(person(1), cookie)).toBeTruthy();
  expect(devicesOf(present).deviceOf(person(1), cookie)).toBeNull();
  expect(devicesOf(present).deviceOf(person(1), both.remember(person(1), cookie))).toBeTruthy();
});
