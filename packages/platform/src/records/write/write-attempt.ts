import type { AccessDirectory } from '../../access/index.js';
import type { RecordSecrets } from '../../crypto/index.js';
import { type FieldAccess, type FilterContext, type ObjectAccess, UNLIMITED } from '../decide/index.js';
import type { RecordReader } from '../read/index.js';
import type { ParticipantRegistry, WriteBatch, WriteOperation } from './participants.js';
import type { ReferencedRecord } from './reference-check.js';
import type { WriteInput, WriteOptions } from './write-request.js';

/** What the phases of a write work with. */
export interface WriteTools {
  reader: RecordReader;
  access: FieldAccess;
  directory: AccessDirectory;
  vault: RecordSecrets;
  participants: ParticipantRegistry;
}

/** One attempt to write rows, on its way through the phases. */
export interface WriteAttempt {
  tools: WriteTools;
  context: FilterContext;
  options: WriteOptions;
  /** What the actor may do by the write's action. */
  access: ObjectAccess;
  inputs: WriteInput[];
  batch: WriteBatch;
  /** Records referred to that were looked up so far, with the actor's sight, by object and id. */
  found: Map<string, Map<string, ReferencedRecord>>;
}

/** Returns what the actor may do by the write's action; everything when the product itself writes. */
export function accessOf(
  { access }: WriteTools,
  context: FilterContext,
  operation: WriteOperation,
  options: WriteOptions,
): ObjectAccess {
  return options.asks === 'product'
    ? UNLIMITED
    : access.decide(context.descriptor.key, options.action ?? operation, context.snapshot);
}

/**
 * Returns how rows are read before a write: with the names that the actor may see, since names are composed of them.
 */
export function planBefore({ tools, context, options, batch }: WriteAttempt) {
  return options.asks === 'product'
    ? tools.reader.plan(context.descriptor)
    : tools.reader.plan(context.descriptor, undefined, {
        context,
        action: options.action ?? batch.operation,
        names: true,
        seen: true,
      });
}
