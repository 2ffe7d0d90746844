import { SYSTEM } from '@pellucid/platform/access';
import type { RecordReader, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { reasonStatement } from '../reasons/assignment-reasons.repository.js';
import { decide, type Ground, type RuleVerdict } from './decide.rules.js';
import { DecisionGround } from './decision-ground.js';

/** What was decided about the rows of a batch. */
interface Decided {
  ground: DecisionGround;
  verdicts: Map<WriteRow, RuleVerdict[]>;
}

const isDecidedHere = ({ operation, mode, asksRules, descriptor, snapshot }: WriteBatch) =>
  descriptor.ownersByRules &&
  (asksRules || (operation === 'create' && (mode === 'normal' || mode === 'import'))) &&
  (asksRules || snapshot.assignment.rules.length > 0);

/** Whether a row wants an owner of the rules: it is asked to, or is new and nobody was asked for. */
function wantsOwner({ asksRules }: WriteBatch, row: WriteRow): boolean {
  if (!row.ok) return false;
  if (asksRules) return true;
  // Another system converted it already.
  if (row.given['convertedAt'] != null) return false;
  const origin = row.originOf('owner');
  return origin !== 'preset' && (origin !== 'asked' || row.given['owner'] === null);
}

/**
 * Gives leads to people by the rules of the company: new ones that name no owner, and others if somebody asks for it. Turns are
 * locked in the write's transaction, so no two leads get the same, and a write that fails takes none.
 */
export function assignmentParticipant(reader: RecordReader): WriteParticipant {
  const decided = new WeakMap<WriteBatch, Decided>();

  /** Returns whether conditions hold for a row, as far as its author gave the values or sees them. */
  function holdsFor({ descriptor, snapshot }: WriteBatch, row: WriteRow): Ground['holds'] {
    const { access } = reader.contextOf(descriptor, snapshot);
    const seen = Object.fromEntries(
      Object.entries(row.after).filter(([key]) => row.asked.has(key) || row.sees(key)),
    );
    return (condition) => access.holds(descriptor.key, condition, seen, snapshot);
  }

  return {
    name: 'assignment.rules',
    objects: ['lead'],
    phase: 'rules',
    order: 500,
    async run(batch) {
      if (!isDecidedHere(batch)) return;
      const rows = batch.rows.filter((row) => wantsOwner(batch, row));
      if (!rows.length) return;
      const holds = rows.map((row) => holdsFor(batch, row));
      const ground = await DecisionGround.load(batch.uow, batch.snapshot, holds);
      const verdicts = new Map<WriteRow, RuleVerdict[]>();
      for (const [n, row] of rows.entries()) {
        const all = decide(batch.snapshot.assignment, ground.of(holds[n]!));
        const last = all.at(-1);
        if (last?.owner === undefined) {
          if (batch.asksRules)
            row.fail(
              409,
              'noRuleFits',
              'No assignment rule gives this lead to anyone. Choose the owner yourself, or add a rule for all other leads.',
            );
          continue;
        }
        ground.note(last);
        verdicts.set(row, all);
        row.set('owner', last.owner, { rule: last.rule.id, version: last.rule.version, runAs: SYSTEM });
      }
      decided.set(batch, { ground, verdicts });
    },
    statements(batch, written) {
      const found = decided.get(batch);
      const given = written.filter((row) => found?.verdicts.has(row));
      if (!found || !given.length) return [];
      // Rows that the database has refused are out: what was decided for the others up to here counts.
      const upTo = Math.max(...given.map(({ index }) => index));
      const turns = [...found.verdicts]
        .filter(([row]) => row.ok && row.index <= upTo)
        .map(([, all]) => all.at(-1)!);
      return [
        ...found.ground.store(turns),
        reasonStatement(
          batch.uow.tenantId,
          given.map((row) => ({ row, verdicts: found.verdicts.get(row)! })),
          batch,
        ),
      ];
    },
  };
}
