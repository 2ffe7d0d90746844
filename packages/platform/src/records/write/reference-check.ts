import { averageTenant } from '../../db/average-tenant.js';
import type { RecordLink } from '@pellucid/conditions';
import { isUuid, requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { Subject } from '../../access/index.js';
import { nameGuard, QueryParts, scopeSql, UNLIMITED } from '../decide/index.js';
import {
  collectionOf,
  type FieldDescriptor,
  identityOf,
  type LineCollection,
  linesIn,
  targetsIn,
  valueOfTarget,
} from '../describe/index.js';
import { kindOf } from './value-origin.js';
import type { WriteAttempt } from './write-attempt.js';
import type { WriteRow } from './write-row.js';

/** A record that a row refers to. */
export interface ReferencedRecord {
  /** Null if the actor may not see its name. */
  name: string | null;
  /** Whether whoever sets the reference may see it. */
  seen: boolean;
}

/**
 * Returns a statement that finds and locks records that rows refer to, and says which of them may be seen and named. It
 * names the tenant, although row security adds it: the planner does not know that value, takes a large company for one of
 * average size, and reads all of its records through an index that only begins with the tenant.
 * @param subject whose sight counts; the context's actor's by default
 */
export function referenceLookup(
  { tools, context, options }: WriteAttempt,
  object: string,
  ids: string[],
  subject?: Subject,
): Statement {
  const target = context.registry.forTenant(object, context.snapshot);
  const isUnlimited = options.asks === 'product' && !subject;
  const access = isUnlimited ? UNLIMITED : tools.access.decide(object, 'read', context.snapshot, subject);
  const parts = new QueryParts([ids, requireTenant()]);
  const seen = !access.allowed
    ? 'false'
    : access.scope
      ? scopeSql(access.scope, target, 't', parts, context.clock)
      : 'true';
  const guard = isUnlimited ? undefined : nameGuard(access, target, 't', parts, context);
  const name =
    guard === undefined
      ? 't.display_name'
      : guard === null
        ? 'null::text'
        : `case when ${guard} then t.display_name end`;
  return parts.statement(`select t.id, ${name} as name, ${seen} as seen from ${target.source} t
            where t.tenant_id = ${averageTenant('$2')} and t.id = any($1::uuid[]) and t.deleted_at is null
            order by t.id for key share of t`);
}

/** Code of the refusal of a reference to a record that is missing or not seen. */
export const MISSING_REFERENCE = 'referenceMissing';

/** Refuses a reference to a record that is missing, or that whoever set it may not see. */
export function refuseMissing(row: WriteRow, f: FieldDescriptor): void {
  row.refuse(f.key, MISSING_REFERENCE, `"${f.label}": this record doesn't exist. It may have been deleted.`);
}

/** A reference that was set during a phase, to records that are not known yet. */
interface UncheckedReference {
  row: WriteRow;
  f: FieldDescriptor;
  targets: RecordLink[];
  /** Whose sight counts; nobody's for a derived value, which only has to exist. */
  runAs: Subject | undefined;
}

/** Records that are being created in a transaction, with their names, by object. */
const arriving = new WeakMap<UnitOfWork, Map<string, Map<string, string>>>();

/**
 * Lets what changes along with new records refer to them before they are stored, for as long as the work takes. Only what the
 * product itself writes does: nobody else knows their ids.
 */
export async function whileArriving(
  { batch }: WriteAttempt,
  rows: WriteRow[],
  work: () => Promise<void>,
): Promise<void> {
  if (batch.operation !== 'create') return work();
  const { uow, descriptor } = batch;
  const byObject = arriving.get(uow) ?? new Map<string, Map<string, string>>();
  arriving.set(uow, byObject);
  const earlier = byObject.get(descriptor.key);
  const named = rows.map(({ id, after, names }) => [id, descriptor.displayName(after, names)] as const);
  byObject.set(descriptor.key, new Map([...(earlier ?? []), ...named]));
  try {
    await work();
  } finally {
    if (earlier) byObject.set(descriptor.key, earlier);
    else byObject.delete(descriptor.key);
  }
}

/** Takes the records that are being created in the same transaction for found ones. */
function findArriving({ batch, found }: WriteAttempt, unchecked: UncheckedReference[]): void {
  const byObject = batch.asks === 'product' ? arriving.get(batch.uow) : undefined;
  if (!byObject) return;
  for (const { targets } of unchecked)
    for (const { object, id } of targets) {
      const name = byObject.get(object)?.get(id);
      if (name === undefined) continue;
      if (!found.has(object)) found.set(object, new Map());
      found.get(object)!.set(id, { name, seen: true });
    }
}

/**
 * Checks the references that participants set during a phase. What a rule sets must exist for whoever the rule runs as;
 * what a module derives must exist. One round trip, and none if all are known already.
 */
export async function checkReferences(attempt: WriteAttempt): Promise<void> {
  const { batch, found } = attempt;
  const unchecked = batch.rows.flatMap((row) => (row.unchecked.size ? uncheckedOf(attempt, row) : []));
  if (!unchecked.length) return;
  findArriving(attempt, unchecked);
  const lookups = new Map<string, { object: string; ids: Set<string>; subject: Subject | undefined }>();
  const want = (object: string, id: string, subject?: Subject) => {
    const key = `${object}/${subject ? `${subject.kind}/${subject.id}` : ''}`;
    if (!lookups.has(key)) lookups.set(key, { object, ids: new Set(), subject });
    lookups.get(key)!.ids.add(id);
  };
  for (const { targets, runAs } of unchecked)
    for (const { object, id } of targets) {
      if (!found.get(object)?.has(id)) want(object, id);
      if (runAs) want(object, id, runAs);
    }
  const asked = [...lookups.values()];
  const answers = asked.length
    ? await batch.uow.together(
        asked.map(({ object, ids, subject }) => referenceLookup(attempt, object, [...ids], subject)),
      )
    : [];
  const seen = new Set<string>();
  for (const [i, { object, subject }] of asked.entries())
    for (const { id, name, seen: isSeen } of answers[i]!) {
      if (subject) {
        if (isSeen) seen.add(`${object}/${id}/${subject.kind}/${subject.id}`);
        continue;
      }
      if (!found.has(object)) found.set(object, new Map());
      found.get(object)!.set(id, { name, seen: isSeen });
    }
  for (const { row, f, targets, runAs } of unchecked) {
    const isThere = ({ object, id }: RecordLink) =>
      found.get(object)?.has(id) && (!runAs || seen.has(`${object}/${id}/${runAs.kind}/${runAs.id}`));
    if (!targets.every(isThere)) refuseMissing(row, f);
    else if (f.traits.family === 'reference' && !f.line) {
      const [{ object, id }] = targets as [RecordLink];
      row.names[f.key] = found.get(object)!.get(id)!.name ?? undefined;
    }
  }
}

function uncheckedOf({ batch, context }: WriteAttempt, row: WriteRow): UncheckedReference[] {
  const keys = [...row.unchecked];
  row.unchecked.clear();
  if (!row.ok) return [];
  return keys.flatMap((key): UncheckedReference[] => {
    const lines = collectionOf(batch.descriptor, key);
    if (lines) return uncheckedInLines(row, lines);
    const f = batch.descriptor.byKey.get(key)!;
    // What the record referred to before needs no proof: it may refer to a deleted record.
    const earlier = [row.before?.state[key]].flat().map((one) => identityOf(f, one));
    const targets = targetsIn(f, row.after[key]).filter(
      (target) => isUuid(target.id) && !earlier.includes(valueOfTarget(f, target)),
    );
    const objects = context.registry.targetsOf(f, context.snapshot);
    if (targets.some(({ object }) => !objects.includes(object))) {
      refuseMissing(row, f);
      return [];
    }
    if (row.after[key] === null) delete row.names[key];
    const origin = row.originOf(key)!;
    const runAs = kindOf(origin) === 'rule' && typeof origin === 'object' ? origin.runAs : undefined;
    return targets.length ? [{ row, f, targets, runAs }] : [];
  });
}

function uncheckedInLines(row: WriteRow, lines: LineCollection): UncheckedReference[] {
  const before = linesIn(row.before?.state ?? {}, lines);
  return lines.fields.flatMap((f): UncheckedReference[] => {
    const { name } = f.line!;
    const earlier = new Set(before.flatMap((line) => [line[name]].flat()));
    return linesIn(row.after, lines).flatMap((line): UncheckedReference[] => {
      const origin = row.lineOriginsOf(f.key)?.get(line.id);
      const targets = origin
        ? targetsIn(f, line[name]).filter(({ id }) => isUuid(id) && !earlier.has(id))
        : [];
      return targets.length
        ? [{ row, f, targets, runAs: typeof origin === 'object' ? origin.runAs : undefined }]
        : [];
    });
  });
}
