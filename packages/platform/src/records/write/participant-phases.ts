import type { Statement } from '../../db/tenant-pool.js';
import { runNested } from './chain-limit.js';
import type { ParticipantPhase, WriteParticipant } from './participants.js';
import { checkReferences, whileArriving } from './reference-check.js';
import type { WriteAttempt } from './write-attempt.js';
import type { WriteRow } from './write-row.js';

/** Fetches what participants ask for now that the records are known, in one round trip for all of them. */
export async function fetchRelated({ batch }: WriteAttempt, participants: WriteParticipant[]): Promise<void> {
  const all: Statement[] = [];
  const places: { name: string; from: number; to: number }[] = [];
  for (const p of participants) {
    const own = p.related?.(batch) ?? [];
    if (!own.length) continue;
    places.push({ name: p.name, from: all.length, to: all.length + own.length });
    all.push(...own);
  }
  if (!all.length) return;
  const answers = await batch.uow.together(all);
  for (const { name, from, to } of places) batch.related.set(name, answers.slice(from, to));
}

/**
 * Runs the participants of the phases, in order, and checks the references that they set. What modules derived for a
 * write as a whole ({@link WriteInput.derived}) is set first in its phase.
 */
export async function runPhases(
  attempt: WriteAttempt,
  participants: WriteParticipant[],
  phases: readonly ParticipantPhase[],
): Promise<void> {
  const { batch } = attempt;
  for (const phase of phases) {
    batch.phase = phase;
    if (!batch.rows.some((row) => row.ok)) return;
    if (phase === 'derivations') {
      setDerived(attempt);
      if (batch.rows.some((row) => row.unchecked.size)) await checkReferences(attempt);
    }
    for (const p of participants) {
      if (p.phase !== phase || !p.run) continue;
      await runNested(p.name, () => p.run!(batch));
      // At once: the next participant may compose a name of what this one refers to.
      if (batch.rows.some((row) => row.unchecked.size)) await checkReferences(attempt);
    }
  }
}

/**
 * Runs the participants that write what changes along with some of the rows. They see only these as the batch, so that each
 * row's effects can be undone and written anew without those of others.
 * @throws Error if one refuses a row, which only earlier phases may
 */
export async function runEffects(
  attempt: WriteAttempt,
  participants: WriteParticipant[],
  rows: WriteRow[],
): Promise<void> {
  const { batch } = attempt;
  const all = batch.rows;
  batch.rows = rows;
  try {
    await whileArriving(attempt, rows, () => runPhases(attempt, participants, ['effects']));
  } finally {
    batch.rows = all;
  }
  if (rows.some((row) => !row.ok)) throw new Error(`the effects of ${batch.descriptor.key} refuse a row`);
}

function setDerived({ batch, inputs }: WriteAttempt): void {
  for (const row of batch.rows) {
    const { derived } = inputs[row.index]!;
    if (!row.ok || !derived) continue;
    for (const [key, value] of Object.entries(derived.values)) row.set(key, value, `derived:${derived.by}`);
  }
}
