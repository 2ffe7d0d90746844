import { type FilterContext, withoutLimits } from '../decide/index.js';
import {
  effectOptions,
  type EffectFrame,
  effectStatements,
  type TakenReference,
} from './deletion-effects.js';
import { type FieldDescriptor, identityOf, linesIn, type OwnedLine } from '../describe/index.js';
import type { Effect } from './deletion-plan.js';
import type { RecordReader } from '../read/index.js';
import type { RecordWriter } from './record-writer.js';
import type { WriteInput, WriteOptions } from './write-request.js';

/** What it takes to change records because of a deletion. */
export interface EffectHands {
  writer: RecordWriter;
  reader: RecordReader;
  /** Context of the deleted records' object; without limits when the product itself deletes. */
  context: FilterContext;
}

/**
 * Carries the effects out through the one write path: first removes references from records that stay, then deletes the
 * others.
 */
export async function applyEffects(hands: EffectHands, frame: EffectFrame, effects: Effect[]): Promise<void> {
  const { writer } = hands;
  const options = effectOptions(frame);
  for (const effect of effects) {
    if (effect.effect !== 'unlink' || !effect.rows.size) continue;
    const taken = await takeOut(hands, frame, effect, options);
    await frame.uow.together(effectStatements(frame, effect, taken));
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
    if (effect.effect === 'delete') await frame.uow.together(effectStatements(frame, effect));
}

async function takeOut(
  { writer, reader, context }: EffectHands,
  frame: EffectFrame,
  { object, field, rows }: Effect,
  options: WriteOptions,
): Promise<Map<string, TakenReference>> {
  const ids = [...rows.keys()];
  const lost = (id: string) => [...rows.get(id)!.targets];
  const taken = new Map(ids.map((id): [string, TakenReference] => [id, { targets: lost(id) }]));
  const write = { ...options, verb: 'unlinked' };
  if (field.storage.unlink) {
    const targets = [...new Set(ids.flatMap(lost))];
    const kept = await frame.uow.run<any>(field.storage.unlink(frame.uow.tenantId, ids, targets));
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
  const [locked, read] = await frame.uow.together([own.lock, own.read]);
  const inputs = own.rows(locked!, read!).flatMap((row): WriteInput[] => {
    const { id, state } = plan.load(row);
    if (line) {
      const { kept, given } = withoutTargets(field, linesIn(state, { key: line.collection }), lost(id));
      taken.get(id)!.kept = kept;
      return kept.length ? [{ id, values: { [line.collection]: given } }] : [];
    }
    const value = state[field.key];
    const held = [value ?? []].flat() as string[];
    const isLost = (one: string) => lost(id).includes(identityOf(field, one) as string);
    const kept = held.filter((one) => !isLost(one));
    taken.get(id)!.targets = held.filter(isLost);
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
