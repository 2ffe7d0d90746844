import {
  emptyOf,
  fieldPointer,
  type FieldDescriptor,
  identityOf,
  refersToRecords,
  targetsIn,
  valueOfTarget,
} from '../describe/index.js';
import { layLines } from './line-merge.js';
import { conflictingFields } from './record-merge.js';
import { MISSING_REFERENCE, refuseMissing } from './reference-check.js';
import { applyEdits } from './value-edits.js';
import { planBefore, type WriteAttempt } from './write-attempt.js';
import { isShown, settleDoubtful, settlePending, settleSight } from './write-rights.js';
import { CHANGED, staleVersion } from './write-problems.js';
import type { WriteRow } from './write-row.js';

/** Merges the given values into the record; refuses missing records and references. */
export function mergeInput(attempt: WriteAttempt, current: any[][]): void {
  const { tools, options, access, batch } = attempt;
  const plan = planBefore(attempt);
  const before = new Map(current.map((row) => [row[0] as string, row]));
  for (const row of batch.rows) {
    if (!row.ok) continue;
    if (batch.operation !== 'create') {
      const found = before.get(row.id);
      if (!found) {
        row.fail(
          404,
          'notFound',
          `This ${batch.descriptor.label.toLowerCase()} was not found. It may have been deleted.`,
        );
        continue;
      }
      row.before = plan.load(found);
      row.names = { ...row.before.names };
      const rules = access.rulesFor(row.before.bits);
      settlePending(tools.access, batch, row, rules);
      settleDoubtful(attempt, row);
      if (row.edits.length) applyEdits(attempt, row, rules);
    }
    row.merge();
    for (const f of batch.descriptor.fields) {
      row.complete(f.key, emptyOf(f));
      if (refersToRecords(f) && row.given[f.key] !== undefined) checkReference(attempt, row, f);
    }
    for (const lines of batch.descriptor.lines) {
      row.complete(lines.key, []);
      // What others did since an older version is known later.
      if (!isStale(attempt, row)) layLines(attempt, row, lines);
    }
    if (options.asks !== 'product') settleSight(tools.access, batch, row);
  }
}

/** Refuses references to records that are missing or that the actor may not see, and notes the names of the others. */
function checkReference(attempt: WriteAttempt, row: WriteRow, f: FieldDescriptor): void {
  const { tools, options, batch, found } = attempt;
  // Defaults and presets may refer to records that the creator may not see.
  const needsSight = row.asked.has(f.key);
  // Only what the actor is shown may be repeated: otherwise they could guess which records it refers to.
  const earlier = row.before;
  const isRepeated = (value: string) =>
    earlier !== null &&
    [earlier.state[f.key]].flat().some((one) => identityOf(f, one) === value) &&
    (options.asks === 'product' || isShown(tools.access, batch, earlier, f.key));
  for (const referred of targetsIn(f, row.given[f.key])) {
    const target = found.get(referred.object)?.get(referred.id);
    const isAccepted = target && (target.seen || !needsSight);
    if (!isAccepted && !isRepeated(valueOfTarget(f, referred))) refuseMissing(row, f);
    else if (target && f.traits.family === 'reference') row.names[f.key] = target.name ?? undefined;
  }
  if (f.traits.family === 'reference' && row.given[f.key] === null) delete row.names[f.key];
}

/** Says of references by the old id of a merged record which id to use, if whoever asks sees the record. */
export async function tellMergedReferences({ tools, context, batch }: WriteAttempt): Promise<void> {
  const missing = batch.rows.flatMap((row) =>
    batch.descriptor.fields.flatMap((f) =>
      missingOf(row, f) ? targetsIn(f, row.given[f.key]).map((target) => ({ row, f, target })) : [],
    ),
  );
  if (!missing.length) return;
  const byObject = Map.groupBy(
    missing.filter(({ f, target }) =>
      context.registry.targetsOf(f, context.snapshot).includes(target.object),
    ),
    ({ target }) => target.object,
  );
  const answers = await batch.uow.together(
    [...byObject].map(([object, some]) =>
      tools.reader.redirects(
        object,
        some.map(({ target }) => target.id),
        context,
      ),
    ),
  );
  for (const [n, some] of [...byObject.values()].entries()) {
    const ids = new Map(answers[n]!.map(({ from, to }) => [from, to]));
    for (const { row, f, target } of some) {
      const id = ids.get(target.id);
      const problem = missingOf(row, f);
      if (id === undefined || !problem) continue;
      problem.code = 'referenceMerged';
      problem.message = `"${f.label}": this record was merged into another one. Use its ID: ${id}.`;
      problem.params = { id };
    }
  }
}

/** Returns a refusal of the row because a record that the field refers to is missing. */
const missingOf = ({ errors }: WriteRow, f: FieldDescriptor) =>
  errors.find(({ code, pointer }) => code === MISSING_REFERENCE && pointer === fieldPointer(f.key));

/** A record that the actor may see but not change is refused as forbidden; any other counts as missing. */
export async function tellForbiddenFromMissing({
  tools: { reader },
  context,
  options,
  batch,
}: WriteAttempt): Promise<void> {
  const missing = batch.rows.filter((r) => r.failure?.code === 'notFound');
  if (!missing.length) return;
  const [rows] = await batch.uow.together([
    reader.byIds(
      reader.plan(batch.descriptor, []),
      missing.map((r) => r.id),
      context,
      'read',
      batch.operation === 'restore' ? 'deleted' : 'living',
    ),
  ]);
  const visible = new Set(rows!.map((row) => row[0]));
  for (const row of missing)
    if (visible.has(row.id)) {
      row.failure = null;
      row.fail(
        403,
        'outOfScope',
        `Your roles let you view this ${batch.descriptor.label.toLowerCase()} but not ${options.action ?? batch.operation} it${options.within ? ` in ${options.within}` : ''}.`,
      );
    }
}

/**
 * Refuses changes of frozen records. What a deletion takes from them (an owner, a tag) is not a change, and an undo puts
 * back what they were. An import may repeat what the record has.
 */
export function refuseFrozen({ tools, options, batch }: WriteAttempt): void {
  const { descriptor, snapshot, rows } = batch;
  const { frozen } = descriptor;
  const isEdit = batch.operation === 'update' && batch.mode !== 'undo' && !batch.cascaded;
  if (!frozen || !isEdit || options.asks === 'product') return;
  const repeats = (row: WriteRow) =>
    batch.mode === 'import' &&
    ![...descriptor.fields, ...descriptor.lines].some(({ key }) => row.mayChange(key));
  for (const row of rows)
    if (
      row.ok &&
      row.before &&
      tools.access.holds(descriptor.key, frozen.when, row.before.state, snapshot) &&
      !repeats(row)
    )
      row.fail(409, frozen.code, frozen.message);
}

/** Whether the change was made on another version than the present one. */
function isStale({ inputs }: WriteAttempt, row: WriteRow): boolean {
  const wanted = inputs[row.index]!.ifMatch;
  return wanted !== undefined && row.before !== null && wanted !== row.before.version;
}

/** Stale versions: merged if both sides changed different fields, else 412. */
export async function checkVersions(attempt: WriteAttempt): Promise<void> {
  const { options, inputs, batch } = attempt;
  const stale = batch.rows.filter((row) => row.ok && isStale(attempt, row));
  for (const row of stale) {
    const since = inputs[row.index]!.ifMatch!;
    if (since > row.before!.version || batch.operation !== 'update' || options.strictVersion) {
      const { status, code, message, extras } = staleVersion(row.before!.version, since);
      row.fail(status, code, message, extras);
      continue;
    }
    const clash = await conflictingFields(attempt, row, since);
    if (clash) row.fail(412, 'versionStale', CHANGED, { ...clash });
  }
}
