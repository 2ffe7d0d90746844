import { v7 } from 'uuid';

/** Returns a new id: UUIDv7 (RFC 9562), ascending within a process. */
export function newId(): string {
  return v7();
}

/** Returns the smallest UUIDv7 of a moment (RFC 9562 §5.7). @param milliseconds since 1970 */
export function uuidFloor(milliseconds: number): string {
  const hex = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
