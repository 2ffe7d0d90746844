import type { FilterContext } from '../decide/index.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import { ProblemError } from '../../errors/index.js';
import { DeletionPlan, type Effect } from './deletion-plan.js';
import { frameOf } from './deletion-effects.js';
import { applyEffects, type EffectHands } from './effect-writes.js';
import type { WriteBatch } from './participants.js';
import type { WriteRow } from './write-row.js';
import type { RecordReader } from '../read/index.js';
import type { Cascades } from './cascades.js';
import type { ReferrerPolicy } from './referrers.js';

/** Maximum number of records named per effect. */
const NAMED = 5;

/** Affected records as shown to people: only those that they see. */
export interface NamedEffect {
  object: string;
  field: string;
  label: string;
  records: { id: string; name: string | undefined }[];
  /** Whether there are more than the named ones. */
  more: boolean;
}

/** What it takes to carry out a deletion. */
interface Hands extends EffectHands {
  cascades: Cascades;
}

/**
 * Before records are deleted: refuses those that others refer to, or unlinks or deletes the others, depending on the
 * policy. Each record is deleted with everything that goes along with it, or not at all; a failure affects only the
 * record that caused it. If more other records are affected than one transaction should change, a job follows.
 */
export async function deleteAlong(hands: Hands, batch: WriteBatch, policy: ReferrerPolicy): Promise<void> {
  const rows = batch.rows.filter((r) => r.ok);
  if (rows.length) await carryOut(hands, batch, rows, policy);
}

async function carryOut(
  hands: Hands,
  batch: WriteBatch,
  rows: WriteRow[],
  policy: ReferrerPolicy,
): Promise<void> {
  const { reader, context } = hands;
  const ids = rows.map((r) => r.id);
  const plan = await DeletionPlan.of(reader, context, batch.uow, ids, policy);
  if (!plan.effects.length) return;
  await refuse(hands, batch, rows, plan.effects);
  const going = rows.filter((r) => r.ok);
  if (!going.length) return;
  if (going.length < rows.length) return carryOut(hands, batch, going, policy);
  if (hands.cascades.isTooLarge(plan.size)) {
    const { mode, asks, descriptor, now } = batch;
    const at = now.toISOString();
    const cascade = { operation: 'delete', object: descriptor.key, policy, mode, asks, at } as const;
    const job = await hands.cascades.defer(batch.uow, cascade, going, plan.size);
    for (const row of going) row.cascade = job;
    return;
  }
  try {
    await batch.uow.savepoint(() => applyEffects(hands, frameOf(batch), plan.effects));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [only] = going;
    if (going.length === 1) only!.fail(error.status, error.code, error.detail ?? error.title, error.extras);
    else for (const row of going) await carryOut(hands, batch, [row], policy);
  }
}

/** Fails the rows whose deletion something prevents, and names the obstacles that the actor sees. */
async function refuse(hands: Hands, batch: WriteBatch, rows: WriteRow[], effects: Effect[]): Promise<void> {
  const label = batch.descriptor.label.toLowerCase();
  for (const row of rows) {
    const against = await namedFor(
      hands,
      batch.uow,
      row.id,
      effects.filter((e) => e.effect === 'refuse'),
      'rows',
    );
    const forbidden = await namedFor(
      hands,
      batch.uow,
      row.id,
      effects.filter((e) => e.forbidden.size),
      'forbidden',
    );
    if (against.length)
      row.fail(
        409,
        'referenced',
        `Other records link to this ${label}. Unlink or delete them first, or choose what to do with them: \`referrers=unlink\` or \`referrers=delete\`.`,
        { referrers: against },
      );
    else if (forbidden.length)
      row.fail(
        403,
        'referrersForbidden',
        `Your roles don't let you change or delete all the ${[...new Set(forbidden.map((f) => f.label.toLowerCase()))].join(' and ')} that link to this ${label}.`,
        { referrers: forbidden },
      );
  }
}

/** Returns the effects that concern one of the deleted records, with the first names. */
async function namedFor(
  { reader, context }: Hands,
  uow: UnitOfWork,
  root: string,
  effects: Effect[],
  which: 'rows' | 'forbidden',
): Promise<NamedEffect[]> {
  const named: NamedEffect[] = [];
  for (const effect of effects) {
    const ids = [...effect.rows].flatMap(([id, { roots }]) =>
      roots.has(root) && (which === 'rows' || effect.forbidden.has(id)) ? [id] : [],
    );
    const unseen = which === 'rows' && effect.unseen.has(root);
    if (!ids.length && !unseen) continue;
    named.push(await tell(reader, context, uow, effect, ids, unseen));
  }
  return named;
}

async function tell(
  reader: RecordReader,
  context: FilterContext,
  uow: UnitOfWork,
  { object, field }: Effect,
  ids: string[],
  more: boolean,
): Promise<NamedEffect> {
  const first = ids.slice(0, NAMED);
  const names = first.length ? await uow.run<any>(reader.namesOf(object.key, first, context)) : [];
  const byId = new Map(names.map((r) => [r.id, r.name]));
  return {
    object: object.key,
    field: field.key,
    label: object.pluralLabel,
    records: first.flatMap((id) => (byId.has(id) ? [{ id, name: byId.get(id) }] : [])),
    more: more || ids.length > byId.size,
  };
}

/** What a deletion would do, for the person who is about to decide. */
export interface DeletionPreview {
  /** Whether the deletion is allowed, and its effects; those that are not allowed are marked. */
  allowed: boolean;
  effects: (NamedEffect & {
    effect: Effect['effect'];
    fieldLabel: string;
    count: number;
    /** Whether there are more than were counted. */
    capped: boolean;
    allowed: boolean;
  })[];
}

/** Maximum number of rows examined per reference in a preview. */
const PREVIEWED = 1000;

/** Records that refer to others by a field, as far as the actor sees them. */
export interface MovedRecords {
  object: string;
  label: string;
  field: string;
  fieldLabel: string;
  count: number;
  /** Whether there are more than were counted. */
  capped: boolean;
  /** The first ones. */
  records: { id: string; name: string | undefined }[];
}

/** Returns what would follow a merge of the records into another one: what the actor sees refer to them. */
export async function movedRecords(
  reader: RecordReader,
  context: FilterContext,
  uow: UnitOfWork,
  ids: string[],
): Promise<MovedRecords[]> {
  const { effects } = await DeletionPlan.of(reader, context, uow, ids, 'refuse', PREVIEWED);
  const moved = new Map<string, MovedRecords>();
  for (const effect of effects) {
    const { object, field, rows, more } = effect;
    if (!rows.size) continue;
    const { label, records } = await tell(reader, context, uow, effect, [...rows.keys()], false);
    const key = `${object.key}/${field.key}`;
    const known = moved.get(key);
    moved.set(key, {
      object: object.key,
      label,
      field: field.key,
      fieldLabel: field.label,
      count: (known?.count ?? 0) + rows.size,
      capped: more,
      records: [...(known?.records ?? []), ...records].slice(0, NAMED),
    });
  }
  return [...moved.values()];
}

/** Finds out what deleting the records would do, for each policy. */
export async function previewDeletion(
  reader: RecordReader,
  context: FilterContext,
  uow: UnitOfWork,
  ids: string[],
): Promise<{ unlink: DeletionPreview; delete: DeletionPreview }> {
  const by = async (policy: ReferrerPolicy): Promise<DeletionPreview> => {
    const plan = await DeletionPlan.of(reader, context, uow, ids, policy, PREVIEWED);
    const effects: DeletionPreview['effects'] = [];
    for (const effect of plan.effects) {
      if (!effect.rows.size && !effect.unseen.size) continue;
      effects.push({
        ...(await tell(reader, context, uow, effect, [...effect.rows.keys()], effect.unseen.size > 0)),
        effect: effect.effect,
        fieldLabel: effect.field.label,
        count: effect.rows.size,
        capped: effect.more,
        allowed: effect.effect !== 'refuse' && effect.forbidden.size === 0,
      });
    }
    return { allowed: effects.every((e) => e.allowed), effects };
  };
  return { unlink: await by('unlink'), delete: await by('delete') };
}
