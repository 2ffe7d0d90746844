import type { AccessDirectory, DuplicateAction, DuplicateRule } from '@pellucid/platform/access';
import { type FoundDuplicate } from './found-duplicate.js';
import {
  isFuzzy,
  keysOf,
  type MatchPlan,
  plansFor,
  type RecordReader,
  type TriedRecords,
  type WriteBatch,
  type WriteParticipant,
  type WriteRow,
} from '@pellucid/platform/records';
import { DuplicateLookup, type SoughtRecord } from './duplicate-lookup.js';
import { deleteKeys, insertKeys } from './match-keys.js';

/** What a rule does with a row of the batch. */
function actionOf(
  { onCreate, onUpdate, onImport }: DuplicateRule,
  { mode, operation, duplicates }: LookingBatch,
): DuplicateAction {
  const action = mode === 'import' ? onImport : operation === 'create' ? onCreate : onUpdate;
  return action === 'warn' && duplicates === 'refuseBlocked' ? 'off' : action;
}

type LookingBatch = Omit<WriteBatch, 'uow'>;

/**
 * Refuses rows that would make duplicates, as the company's rules say, and stores the keys by which records are found. New
 * records are looked up with BEGIN, so that this takes no round trip of its own.
 */
export function duplicatesParticipant(reader: RecordReader, directory: AccessDirectory): WriteParticipant {
  const lookups = new WeakMap<LookingBatch, DuplicateLookup>();
  const plansOf = ({ descriptor, snapshot }: LookingBatch) =>
    plansFor(descriptor.key, reader.registry, snapshot);

  /** Returns the statements that look for duplicates of rows. @param stateOf what a row will be, if it is looked up by a rule */
  function look(
    batch: LookingBatch,
    stateOf: (row: WriteRow) => WriteRow['after'],
    concerns: (row: WriteRow, plan: MatchPlan) => boolean,
  ) {
    if (batch.duplicates === 'pass') return [];
    const plans = plansOf(batch).filter(({ rule }) => actionOf(rule, batch) !== 'off');
    if (!plans.length) return [];
    const records = batch.rows.flatMap((row): SoughtRecord[] => {
      const own = row.ok ? plans.filter((plan) => concerns(row, plan)) : [];
      const id = batch.operation === 'create' ? undefined : row.id;
      return own.length ? [{ index: row.index, id, state: stateOf(row), plans: own }] : [];
    });
    if (!records.length) return [];
    const lookup = new DuplicateLookup(
      reader,
      reader.contextOf(batch.descriptor, batch.snapshot),
      records,
      batch.madeOf,
      batch.tried,
    );
    lookups.set(batch, lookup);
    return lookup.statements();
  }

  const keysIn = (plan: MatchPlan, { descriptor }: LookingBatch) => plan.sides.get(descriptor.key)!.keys;

  return {
    name: 'duplicates.rules',
    objects: '*',
    phase: 'rules',
    order: 900,
    prefetch: (batch) =>
      batch.operation === 'create'
        ? look(
            batch,
            (row) => row.given,
            () => true,
          )
        : [],
    related: (batch) =>
      batch.operation === 'update'
        ? look(
            batch,
            (row) => row.after,
            (row, plan) => keysIn(plan, batch).some((key) => row.mayChange(key)),
          )
        : [],
    async run(batch) {
      const lookup = lookups.get(batch);
      const answers = (batch.operation === 'create' ? batch.prefetched : batch.related).get(
        'duplicates.rules',
      );
      if (!lookup || !answers) return;
      const rows = new Map(batch.rows.map((row) => [row.index, row]));
      const found = await lookup.found(batch.uow, answers, ({ index }, plan) => {
        const row = rows.get(index)!;
        return row.ok && keysIn(plan, batch).every((key) => row.asked.has(key) || row.sees(key));
      });
      const actions = new Map(batch.snapshot.duplicateRules.map((rule) => [rule.id, actionOf(rule, batch)]));
      const mayOverride = directory.may(batch.snapshot, { system: 'overrideDuplicates' });
      for (const [index, duplicates] of found) {
        const isBlocked = duplicates.some(({ rules }) =>
          rules.some(({ rule }) => actions.get(rule.id) === 'block'),
        );
        if (batch.duplicates === 'allow' && (!isBlocked || mayOverride)) continue;
        refuse(rows.get(index)!, batch, duplicates, isBlocked, mayOverride);
      }
    },
    statements(batch, written) {
      if (batch.operation !== 'create' && batch.operation !== 'update') return [];
      const { tenantId } = batch.uow;
      const object = batch.descriptor.key;
      if (batch.tried) note(batch, batch.tried, plansOf(batch), written);
      const asKeyed = (row: WriteRow) => ({ id: row.id, state: row.after });
      if (batch.operation === 'create') {
        const stored = insertKeys(tenantId, object, plansOf(batch), written.map(asKeyed));
        return stored ? [stored] : [];
      }
      return plansOf(batch).flatMap((plan) => {
        const changed = written.filter((row) => keysIn(plan, batch).some((key) => row.changed(key)));
        if (!changed.length) return [];
        const stored = insertKeys(tenantId, object, [plan], changed.map(asKeyed));
        return [
          deleteKeys(
            tenantId,
            [plan],
            changed.map(({ id }) => id),
          ),
          ...(stored ? [stored] : []),
        ];
      });
    },
  };
}

/** Notes records that a preview writes and takes back, for its later batches. */
function note(
  { descriptor, operation }: LookingBatch,
  tried: TriedRecords,
  plans: MatchPlan[],
  written: WriteRow[],
): void {
  for (const plan of plans)
    for (const row of written) {
      const compared = isFuzzy(plan) ? plan.sides.get(descriptor.key)!.keys : undefined;
      tried.add(keysOf(plan, descriptor.key, row.after), {
        object: descriptor.key,
        id: operation === 'create' ? undefined : row.id,
        state: compared && Object.fromEntries(compared.map((key) => [key, row.after[key]])),
      });
    }
}

function refuse(
  row: WriteRow,
  { descriptor }: LookingBatch,
  duplicates: FoundDuplicate[],
  isBlocked: boolean,
  mayOverride: boolean,
): void {
  const label = descriptor.label.toLowerCase();
  const count = duplicates.length === 1 ? '1 record matches' : `${duplicates.length} records match`;
  const way =
    isBlocked && !mayOverride
      ? 'A rule of your company blocks duplicates. Use the existing record, or ask someone who may override the rule.'
      : 'Use the existing record, or repeat the request with "allowDuplicates" if it is another one.';
  row.fail(409, 'possibleDuplicates', `This ${label} may be a duplicate: ${count}. ${way}`, {
    duplicates,
    isBlocked,
    mayOverride: !isBlocked || mayOverride,
  });
}
