import type { FilterContext } from '../decide/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { Effect } from './deletion-plan.js';
import {
  type FieldDescriptor,
  fieldOf,
  identityOf,
  linesIn,
  newId,
  type OwnedLine,
} from '../describe/index.js';
import type { WriteAsker, WriteBatch, WriteMode } from './participants.js';
import type { RecordReader } from '../read/index.js';
import type { RecordWriter } from './record-writer.js';
import type { WriteInput, WriteOptions } from './write-request.js';
import { writtenBy } from './referrers.js';

/** A reference that was removed from a record. */
export interface TakenReference {
  /** What the value of the field lost, in API form. */
  targets: string[];
  /** What the field's link needs to restore it. */
  kept?: unknown;
}

/** The deletion or restoration that changes other records. */
export interface EffectFrame {
  uow: UnitOfWork;
  /** The object of the records that were deleted or restored. */
  object: string;
  mode: WriteMode;
  asks: WriteAsker;
}

/** Returns the frame of a batch of deletions or restorations. */
export function frameOf({ uow, descriptor, mode, asks }: WriteBatch): EffectFrame {
  return { uow, object: descriptor.key, mode, asks };
}

/** Returns how the effects are written: under the rights of whoever deletes or restores, all or none. */
export function effectOptions({ uow, mode, asks }: EffectFrame) {
  return { uow, mode, asks, atomic: true, cascaded: true } as const;
}

/** Statements that record what a deletion did to other records, for each deleted record that caused it. */
export function effectStatements(
  frame: EffectFrame,
  { effect, object, field, rows }: Effect,
  taken?: Map<string, TakenReference>,
): Statement[] {
  const json = [...rows].flatMap(([record, { roots }]) =>
    [...roots].map((root) => ({ id: newId(), root, record, taken: taken?.get(record) ?? null })),
  );
  return [
    {
      text: `insert into deletion_effect (tenant_id, id, root_object, root_id, object, record_id, effect, field, version, taken)
             select $1, e.id, $2, e.root, $3, e.record, $4, $5, t.version, e.taken
               from jsonb_to_recordset($6::jsonb) as e(id uuid, root uuid, record uuid, taken jsonb)
               join ${object.source} t on t.id = e.record`,
      values: [
        frame.uow.tenantId,
        frame.object,
        object.key,
        effect,
        effect === 'unlink' ? field.key : null,
        JSON.stringify(json),
      ],
    },
  ];
}

/** A row of deletion_effect. */
export interface StoredEffect {
  id: string;
  rootId: string;
  object: string;
  recordId: string;
  effect: 'delete' | 'unlink';
  field: string | null;
  version: number;
  taken: TakenReference | null;
}

/** Statement that reads what deletions of the records did to other records, in order, after the effect with the given id. */
export function effectsOf(object: string, ids: string[], after: string | null, limit: number): Statement {
  return {
    text: `${EFFECTS} where root_object = $1 and root_id = any($2::uuid[])
              and ($3::uuid is null or id > $3) order by id limit $4`,
    values: [object, ids, after, limit],
  };
}

/** The same for one kind of effect, after the effect with the given id. */
export function effectsAfter(
  object: string,
  ids: string[],
  effect: StoredEffect['effect'],
  after: string | null,
  limit: number,
): Statement {
  return {
    text: `${EFFECTS} where root_object = $1 and root_id = any($2::uuid[]) and effect = $3
              and ($4::uuid is null or id > $4) order by id limit $5`,
    values: [object, ids, effect, after, limit],
  };
}

const EFFECTS = `select id, root_id as "rootId", object, record_id as "recordId", effect, field, version, taken
  from deletion_effect`;

/**
 * Returns those effects that the actor may undo now. Everything that tells how much a restoration changes counts only
 * these, so it says nothing about records that the actor does not see.
 */
export async function undoable(
  reader: RecordReader,
  context: FilterContext,
  uow: UnitOfWork,
  effects: StoredEffect[],
): Promise<StoredEffect[]> {
  const able = new Set<StoredEffect>();
  for (const group of grouped(effects, (e) => `${e.effect} ${e.object} ${e.field}`).values()) {
    const { effect, object, field: key } = group[0]!;
    const descriptor = context.registry.forTenant(object, context.snapshot);
    const field = key === null ? undefined : fieldOf(descriptor, key);
    if (effect === 'unlink' && !field) continue;
    const action = effect === 'delete' ? 'delete' : 'update';
    const target = { ...context, descriptor };
    const plan = reader.plan(descriptor, [], { context: target, action, names: false });
    const ids = group.map((e) => e.recordId);
    // A record that lost a reference may have been deleted along later; it comes back first.
    const which = effect === 'delete' ? 'deleted' : 'any';
    const rows = await uow.run<any>(reader.byIds(plan, ids, target, action, which));
    const access = context.access.decide(object, action, context.snapshot);
    const found = new Map(rows.map((row) => plan.load(row)).map((record) => [record.id, record]));
    for (const each of group) {
      const record = found.get(each.recordId);
      if (!record || (effect === 'delete' && record.version !== each.version)) continue;
      const rules = access.rulesFor(record.bits);
      if (!field || writtenBy(descriptor, field).every((written) => rules.canWrite(written))) able.add(each);
    }
  }
  return effects.filter((e) => able.has(e));
}

/**
 * After records were restored: restores what their deletion deleted along with them, and the references that it
 * removed, as far as the actor may. Whatever somebody has since restored, deleted again or linked elsewhere stays as it
 * is.
 * @param effects of {@link undoable}
 */
export async function bringBack(
  { writer, reader, context }: { writer: RecordWriter; reader: RecordReader; context: FilterContext },
  frame: EffectFrame,
  effects: StoredEffect[],
): Promise<void> {
  const { uow } = frame;
  const options = effectOptions(frame);
  const of = (object: string): FilterContext => ({
    ...context,
    descriptor: context.registry.forTenant(object, context.snapshot),
  });
  for (const [object, group] of grouped(
    effects.filter((e) => e.effect === 'delete'),
    (e) => e.object,
  )) {
    const versions = new Map(group.map((e) => [e.recordId, e.version]));
    const target = of(object);
    const plan = reader.plan(target.descriptor, []);
    const found = await uow.run<any>(reader.byIds(plan, [...versions.keys()], target, 'delete', 'deleted'));
    const back = found.map((row) => plan.load(row)).filter((r) => versions.get(r.id) === r.version);
    if (back.length)
      await writer.write(
        object,
        'restore',
        back.map(({ id }): WriteInput => ({ id })),
        {
          ...options,
          action: 'delete',
        },
      );
  }
  const links = effects.filter((e) => e.effect === 'unlink');
  for (const group of grouped(links, (e) => `${e.object}.${e.field}`).values())
    await relink({ writer, reader, context: of(group[0]!.object) }, uow, group, options);
  await uow.run({
    text: 'delete from deletion_effect where id = any($1::uuid[])',
    values: [effects.map((e) => e.id)],
  });
}

async function relink(
  { writer, reader, context }: { writer: RecordWriter; reader: RecordReader; context: FilterContext },
  uow: UnitOfWork,
  group: StoredEffect[],
  options: WriteOptions,
): Promise<void> {
  const { descriptor } = context;
  const field = fieldOf(descriptor, group[0]!.field!);
  if (!field) return;
  const key = field.line?.collection ?? field.key;
  const taken = new Map(group.map((e) => [e.recordId, e.taken!]));
  const isWhose = ['owner', 'legalEntity'].includes(field.key);
  const plan = reader.plan(descriptor, [key], { context, action: 'update', names: false });
  const actions = isWhose ? ['update', 'assign'] : ['update'];
  const own = reader.locked(plan, [...taken.keys()], context, actions, 'living', 'change');
  const [locked, read] = await uow.together([own.lock, own.read]);
  const access = context.access.decide(descriptor.key, 'update', context.snapshot);
  const mine = own
    .rows(locked!, read!)
    .map((row) => plan.load(row))
    .filter(({ bits }) => writtenBy(descriptor, field).every((key) => access.rulesFor(bits).canWrite(key)));
  const write = { ...options, verb: 'relinked', putsBack: true };
  if (field.storage.relink) {
    const kept = mine.flatMap(({ id }) => taken.get(id)!.kept ?? []);
    if (!kept.length) return;
    await uow.run(field.storage.relink(uow.tenantId, kept));
    await writer.write(
      descriptor.key,
      'update',
      mine.map(({ id }): WriteInput => ({ id, values: {}, touch: true })),
      write,
    );
    return;
  }
  const inputs = mine.flatMap(({ id, state }): WriteInput[] => {
    if (field.line) {
      const lines = restoredLines(field, linesIn(state, { key }), taken.get(id)!.kept as OwnedLine[]);
      return lines ? [{ id, values: { [key]: lines } }] : [];
    }
    const value = state[field.key];
    const { targets } = taken.get(id)!;
    if (Array.isArray(value)) {
      const held = new Set(value.map((one) => identityOf(field, one)));
      const missing = targets.filter((to) => !held.has(identityOf(field, to)));
      return missing.length ? [{ id, values: { [field.key]: [...value, ...missing] } }] : [];
    }
    return value === null ? [{ id, values: { [field.key]: targets[0] } }] : [];
  });
  if (inputs.length)
    await writer.write(
      descriptor.key,
      'update',
      inputs,
      field.readOnly || field.line
        ? // The rights were asked for above; a line comes back as it was.
          { ...write, asks: 'product', opensReadOnly: true, keepsLineIds: true }
        : write,
    );
}

/**
 * Returns lines with those that a deletion took, or with the references that it took, as a request gives them. Undefined if
 * nothing is missing.
 */
function restoredLines(
  field: FieldDescriptor,
  lines: OwnedLine[],
  taken: OwnedLine[],
): Record<string, unknown>[] | undefined {
  const { name } = field.line!;
  const lost = new Map(taken.map((line) => [line.id, line]));
  const back = field.required ? taken.filter(({ id }) => !lines.some((line) => line.id === id)) : [];
  const empty = lines.filter((line) => lost.has(line.id) && line[name] === null);
  if (!back.length && !empty.length) return undefined;
  return [...lines, ...back]
    .sort((a, b) => a.position - b.position)
    .map(({ position: _, ...line }) => {
      if (back.some(({ id }) => id === line.id)) return line;
      return empty.some(({ id }) => id === line.id)
        ? { id: line.id, [name]: lost.get(line.id as string)![name] }
        : { id: line.id };
    });
}

function grouped<T>(items: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
