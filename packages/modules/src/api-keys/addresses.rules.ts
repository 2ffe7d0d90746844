import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number, with its length in bits. */
interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** Addresses whose first `prefix` bits are those of the base. */
export interface AddressBlock {
  base: Address;
  prefix: number;
}

/** ::ffff:0:0/96, IPv4 as IPv6 sockets show it (RFC 4291 §2.5.5.2). */
const MAPPED = 0xffffn;

/** Parses an IPv4 or IPv6 address; an IPv4-mapped IPv6 address counts as IPv4. */
function addressOf(text: string): Address | undefined {
  if (isIPv4(text)) return { bits: 32, value: ipv4(text) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const value = ipv6(text);
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

const ipv4 = (text: string) => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);

function ipv6(text: string): bigint {
  // The last 32 bits may be written as an IPv4 address.
  const hex = text.replace(/(?<=:)\d+\.\d+\.\d+\.\d+$/, (last) => {
    const value = ipv4(last);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head, tail] = hex.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = tail ? [...head!, ...Array(8 - head!.length - tail.length).fill('0'), ...tail] : head!;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

const hostBits = ({ base, prefix }: AddressBlock) => base.value & ((1n << BigInt(base.bits - prefix)) - 1n);

/** A parsed block, or what is wrong with its text. */
export type ReadBlock = { block: AddressBlock } | { problem: string };

/**
 * Parses an address (`192.0.2.7`, `2001:db8::7`) or a CIDR block (`192.0.2.0/24`). Bits after the prefix must be zero.
 */
export function readBlock(text: string): ReadBlock {
  const [address, length, ...more] = text.split('/');
  const base = addressOf(address!);
  if (!base || more.length > 0)
    return {
      problem: `"${text}" isn't an IP address or CIDR block. Enter one like 192.0.2.7 or 192.0.2.0/24.`,
    };
  if (length === undefined) return { block: { base, prefix: base.bits } };
  const written = isIPv4(address!) ? 32 : 128;
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) - (written - base.bits) : -1;
  if (prefix < 0 || prefix > base.bits)
    return { problem: `"${text}": the prefix length must be 0 to ${written}.` };
  const block = { base, prefix };
  return hostBits(block) === 0n
    ? { block }
    : {
        problem: `"${text}" has bits set after its prefix. Enter a single address or the first address of the block.`,
      };
}

/** Whether an address is in one of the blocks. A text that is not an address is in none. */
export function isWithin(address: string, blocks: AddressBlock[]): boolean {
  const found = addressOf(address);
  if (!found) return false;
  return blocks.some(({ base, prefix }) => {
    const rest = BigInt(base.bits - prefix);
    return base.bits === found.bits && base.value >> rest === found.value >> rest;
  });
}
