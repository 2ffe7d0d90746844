import { type FilterContext, withoutLimits } from '../decide/index.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import { ProblemError } from '../../errors/index.js';
import { DeletionPlan, type Effect } from './deletion-plan.js';
import { effectStatements, type TakenReference } from './deletion-effects.js';
import { type FieldDescriptor, linesIn, type OwnedLine } from '../describe/index.js';
import type { WriteBatch } from './participants.js';
import type { WriteRow } from './write-row.js';
import type { RecordReader } from '../read/index.js';
import type { RecordWriter } from './record-writer.js';
import type { WriteInput, WriteOptions } from './write-request.js';
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
interface Hands {
  writer: RecordWriter;
  reader: RecordReader;
  /** Context of the deleted records' object; without limits when the product itself deletes. */
  context: FilterContext;
}

/**
 * Before records are deleted: refuses those that others refer to, or unlinks or deletes the others, depending on the
 * policy. Each record is deleted with everything that goes along with it, or not at all; a failure affects only the
 * record that caused it.
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
  try {
    await batch.uow.savepoint(() => apply(hands, batch, plan.effects));
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

/**
 * Carries the effects out through the one write path: first removes references from records that stay, then deletes the
 * others.
 */
async function apply(hands: Hands, batch: WriteBatch, effects: Effect[]): Promise<void> {
  const { writer } = hands;
  const options = {
    uow: batch.uow,
    mode: batch.mode,
    atomic: true,
    cascaded: true,
    asks: batch.asks,
  } as const;
  for (const effect of effects) {
    if (effect.effect !== 'unlink' || !effect.rows.size) continue;
    const taken = await takeOut(hands, batch, effect, options);
    await batch.uow.together(effectStatements(batch, effect, taken));
  }
  // Leaves first: a record is deleted before the one it belongs to.
  for (const effect of effects.toReversed())
    if (effect.effect === 'delete')
      await writer.write(
        effect.object.key,
        'delete',
        [...effect.rows.keys()].map((id): WriteInput => ({ id })),
        { ...options, planned: true },
      );
  for (const effect of effects)
    if (effect.effect === 'delete') await batch.uow.together(effectStatements(batch, effect));
}

async function takeOut(
  { writer, reader, context }: Hands,
  batch: WriteBatch,
  { object, field, rows }: Effect,
  options: WriteOptions & { uow: UnitOfWork },
): Promise<Map<string, TakenReference>> {
  const ids = [...rows.keys()];
  const lost = (id: string) => [...rows.get(id)!.targets];
  const taken = new Map(ids.map((id): [string, TakenReference] => [id, { targets: lost(id) }]));
  const write = { ...options, verb: 'unlinked' };
  if (field.storage.unlink) {
    const targets = [...new Set(ids.flatMap(lost))];
    const kept = await batch.uow.run<any>(field.storage.unlink(batch.uow.tenantId, ids, targets));
    for (const row of kept) taken.get(row.id)!.kept = row.kept;
    await writer.write(
      object.key,
      'update',
      ids.map((id): WriteInput => ({ id, values: {}, touch: true })),
      write,
    );
    return taken;
  }
  const { line } = field;
  const plan = reader.plan(object, [line ? line.collection : field.key]);
  const own = reader.locked(
    plan,
    ids,
    { ...withoutLimits(context), descriptor: object },
    'read',
    'living',
    'change',
  );
  const [locked, read] = await batch.uow.together([own.lock, own.read]);
  const inputs = own.rows(locked!, read!).flatMap((row): WriteInput[] => {
    const { id, state } = plan.load(row);
    if (line) {
      const { kept, given } = withoutTargets(field, linesIn(state, { key: line.collection }), lost(id));
      taken.get(id)!.kept = kept;
      return kept.length ? [{ id, values: { [line.collection]: given } }] : [];
    }
    const value = state[field.key];
    const kept = [value ?? []].flat().filter((to) => !lost(id).includes(to as string));
    if (!Array.isArray(value)) return kept.length ? [] : [{ id, values: { [field.key]: null } }];
    return [{ id, values: { [field.key]: kept } }];
  });
  // The fields that a product-only field is derived from were already checked.
  await writer.write(
    object.key,
    'update',
    inputs,
    field.readOnly ? { ...write, asks: 'product', opensReadOnly: true } : write,
  );
  return taken;
}

/**
 * Takes references to deleted records out of lines: lines that can't do without go.
 * @returns the lines as they were, to restore them, and what to write
 */
function withoutTargets(field: FieldDescriptor, lines: OwnedLine[], targets: string[]) {
  const { name } = field.line!;
  const loses = (line: OwnedLine) => [line[name]].flat().some((value) => targets.includes(value as string));
  const kept = lines.filter(loses);
  const given = lines.flatMap((line): Record<string, unknown>[] => {
    if (!loses(line)) return [{ id: line.id }];
    return field.required ? [] : [{ id: line.id, [name]: null }];
  });
  return { kept, given };
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
