import { currentContext } from '../../context/index.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { FilterContext } from '../decide/index.js';
import { defaultsFor, newId, type RecordDescriptor } from '../describe/index.js';
import { type LineInput, parseLines } from './line-input.js';
import type { DuplicatePolicy, WriteBatch, WriteOperation } from './participants.js';
import { parseFieldValue, parseRecordInput } from './record-input.js';
import { prepareEdits } from './value-edits.js';
import { accessOf, type WriteAttempt, type WriteTools } from './write-attempt.js';
import { DONE, type WriteInput, type WriteOptions } from './write-request.js';
import { WriteRow } from './write-row.js';

/** Phase 1, prepare: parses the input into rows. Nothing is known of the records yet. */
export function beginAttempt(
  tools: WriteTools,
  context: FilterContext,
  operation: WriteOperation,
  inputs: WriteInput[],
  options: WriteOptions,
): WriteAttempt {
  const access = accessOf(tools, context, operation, options);
  const batch: WriteBatch = {
    descriptor: context.descriptor,
    operation,
    mode: options.mode ?? 'normal',
    verb: options.verb ?? DONE[operation],
    asks: options.asks ?? 'caller',
    recalculates: options.recalculates ?? false,
    cascaded: options.cascaded ?? false,
    asksRules: options.asksRules ?? false,
    duplicates: policyOf(options),
    madeOf: options.madeOf,
    tried: options.tried,
    merge: options.merge,
    rows: [],
    snapshot: context.snapshot,
    now: new Date(),
    uow: undefined as unknown as UnitOfWork,
    prefetched: new Map(),
    related: new Map(),
    phase: 'prepare',
  };
  const seen = new Set<string>();
  const opened = options.opensReadOnly ? 'all' : batch.mode === 'import' ? 'importable' : 'none';
  batch.rows = inputs.map((input, index) => {
    const parsed =
      operation === 'create' || operation === 'update'
        ? parseRecordInput(
            context.descriptor,
            input.values === undefined ? {} : input.values,
            // No role reaches a new record yet, so all roles that may create it count.
            operation === 'create' ? access.rulesFor(-1) : access.rules,
            opened,
          )
        : { values: {}, errors: [], pending: {}, doubtful: [] };
    const row = new WriteRow(index, input.id ?? newId(), parsed.values, batch);
    row.errors.push(...parsed.errors);
    // A new record has no values that it could repeat.
    if (operation === 'create') row.errors.push(...parsed.doubtful.map(({ problem }) => problem));
    else row.doubtful = parsed.doubtful;
    if (context.descriptor.lines.length) takeLines(row, context.descriptor, input.values);
    if (input.edits?.length && operation === 'update') {
      const { prepared, errors } = prepareEdits(
        context.descriptor,
        input.edits,
        new Set([...Object.keys(parsed.values), ...Object.keys(parsed.pending)]),
        opened === 'all',
      );
      row.edits = prepared;
      row.errors.push(...errors);
    }
    row.pending = parsed.pending;
    row.provenance = input.provenance ?? {};
    row.takenFrom = input.takenFrom ?? {};
    row.verb = input.verb;
    row.touch = input.touch ?? false;
    if (seen.has(row.id)) row.fail(409, 'givenTwice', 'The same record appears twice in one request.');
    seen.add(row.id);
    return row;
  });
  return { tools, context, options, access, inputs, batch, found: new Map() };
}

/**
 * Undoing, merging and what the product does by itself are not asked about duplicates. A warning is a question to a person: it
 * doesn't stop an API key, which can't answer, unless the request wants to be stopped.
 */
function policyOf({ mode, asks, cascaded, recalculates, duplicates }: WriteOptions): DuplicatePolicy {
  if (mode === 'undo' || mode === 'merge' || asks === 'product' || cascaded || recalculates) return 'pass';
  if (duplicates) return duplicates;
  if (mode === 'import') return 'pass';
  return currentContext().actor.kind === 'apiKey' ? 'refuseBlocked' : 'refuse';
}

/** Parses the lines given for a row. */
function takeLines(row: WriteRow, { lines }: RecordDescriptor, values: WriteInput['values']): void {
  if (values === null || typeof values !== 'object') return;
  const given = new Map<string, LineInput[]>();
  for (const collection of lines) {
    if (values[collection.key] === undefined) continue;
    const parsed = parseLines(collection, values[collection.key]);
    row.errors.push(...parsed.errors);
    given.set(collection.key, parsed.lines);
  }
  row.givenLines = given;
}

/** Phase 1, prepare: fills new records with what roles preset, and with the defaults of their description. */
export function fillNew(attempt: WriteAttempt): void {
  const { batch } = attempt;
  const { descriptor, operation } = batch;
  if (operation !== 'create') return;
  const living = batch.rows.filter((r) => r.ok);
  // A role's presets take precedence over the general defaults.
  if (batch.mode !== 'undo') applyPresets(attempt);
  const defaults = defaultsFor(batch.snapshot, batch.now);
  for (const f of descriptor.fields) {
    // What is taken from another record waits until it is known whether the caller sees that record.
    if (!f.default || f.defaultFrom) continue;
    for (const row of living)
      if (row.given[f.key] === undefined) row.give(f.key, f.default(defaults), 'default');
  }
  if (descriptor.ownedByCreator && batch.mode !== 'undo') {
    const memberId = currentContext().memberId;
    if (memberId)
      for (const row of living) if (row.given['owner'] === undefined) row.give('owner', memberId, 'default');
  }
}

/** Sets what roles preset for new records, and the creator's own legal entity, unless a value is given. */
function applyPresets({ tools, context, options, access, batch }: WriteAttempt): void {
  if (options.asks === 'product') return;
  const [entity] = tools.directory.subject(context.snapshot).legalEntityIds;
  const { descriptor } = batch;
  for (const row of batch.rows) {
    if (!row.ok) continue;
    for (const { grant } of access.branches)
      for (const [key, value] of Object.entries(grant.permission.preset ?? {})) {
        const f = descriptor.byKey.get(key);
        if (!f || f.readOnly || row.given[key] !== undefined) continue;
        const parsed = parseFieldValue(f, value);
        if ('problem' in parsed) row.errors.push(parsed.problem);
        else row.give(key, parsed.value, 'preset');
      }
    if (entity && descriptor.ownedByCreator && descriptor.byKey.has('legalEntity'))
      if (row.given['legalEntity'] === undefined) row.give('legalEntity', entity, 'default');
  }
}

/**
 * Phase 1, prepare: fills new records with the defaults that they take from a record they refer to. The default must not
 * tell what is hidden: the caller sees that record, the field in it, and, unless they gave it, which record it is.
 * Others get the default of the field's description.
 */
export function fillTaken({ tools, context, options, batch, found }: WriteAttempt): void {
  const { descriptor, snapshot, operation } = batch;
  if (operation !== 'create') return;
  const isShown = (object: string, field: string) =>
    options.asks === 'product' ||
    (tools.access.decide(object, 'read', snapshot).allowed &&
      tools.access.rules(object, snapshot).canFilter(field));
  const defaults = defaultsFor(snapshot, batch.now);
  for (const f of descriptor.fields) {
    if (!f.defaultFrom) continue;
    const { reference, field } = f.defaultFrom;
    const [object] = context.registry.targetsOf(descriptor.byKey.get(reference)!, snapshot);
    const isValueShown = isShown(object!, field);
    const isReferenceShown = isShown(descriptor.key, reference);
    for (const row of batch.rows) {
      if (!row.ok || row.given[f.key] !== undefined) continue;
      const id = row.given[reference] as string;
      const isTold =
        isValueShown && (isReferenceShown || row.asked.has(reference)) && found.get(object!)?.get(id)?.seen;
      const taken = isTold ? snapshot.entityCurrencies.get(id) : undefined;
      row.give(f.key, taken ?? f.default?.(defaults) ?? null, 'default');
    }
  }
}
