import { v7 } from 'uuid';

/** Returns a new id: UUIDv7 (RFC 9562), ascending within a process. */
export function newId(): string {
  return v7();
}
