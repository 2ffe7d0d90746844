import { linkOf, targetKey } from '@pellucid/conditions';
import type { AccessDirectory } from '@pellucid/platform/access';
import {
  linesIn,
  type OwnedLine,
  type RecordService,
  type WriteBatch,
  type WriteParticipant,
  type WriteRow,
} from '@pellucid/platform/records';
import { BY, createSteps, stepIn } from './runs.js';
import { STEP_VALUES } from './sequence-fields.js';
import { OBJECT_OF } from './step-plan.js';

const FROM = `derived:${BY}` as const;
const RUN = ['sequenceRun'];

/** What a sequence says when it is started. */
interface Found {
  name: string;
  active: boolean;
  objects: string[];
  steps: OwnedLine[];
}

const isStart = ({ operation, mode }: WriteBatch) => operation === 'create' && mode !== 'undo';

/**
 * Starting a sequence is creating a run. It takes the steps along as they are now, so a sequence that changes later changes no
 * run, and creates the activity of the first step in the same transaction.
 */
export function startParticipants(records: RecordService, directory: AccessDirectory): WriteParticipant[] {
  const foundBy = new WeakMap<WriteRow, Found>();
  return [
    {
      name: 'sequences.start',
      objects: RUN,
      phase: 'derivations',
      order: 100,
      async run(batch) {
        if (!isStart(batch)) return;
        const rows = batch.rows.filter((row) => row.ok);
        const sequences = await sequencesOf(records, batch, rows);
        for (const row of rows) {
          const found = sequences.get(row.after['sequence'] as string);
          if (!found) continue;
          foundBy.set(row, found);
          take(row, found);
        }
      },
    },
    {
      name: 'sequences.start-rules',
      objects: RUN,
      phase: 'checks',
      order: 100,
      run(batch) {
        if (!isStart(batch)) return;
        for (const row of batch.rows)
          if (row.ok) {
            checkAbout(row);
            const found = foundBy.get(row);
            if (found) checkSequence(batch, row, found, directory);
          }
      },
    },
    {
      name: 'sequences.first-step',
      objects: RUN,
      phase: 'effects',
      order: 100,
      async run(batch) {
        if (!isStart(batch)) return;
        const rows = batch.rows.filter((row) => row.ok && row.after['state'] === 'Active');
        const runs = rows.map((row) => ({
          id: row.id,
          about: (row.after['about'] ?? []) as string[],
          owner: (row.after['owner'] ?? null) as string | null,
          state: 'Active',
          step: 1,
          steps: linesIn(row.after, { key: 'steps' }).map(stepIn),
        }));
        if (runs.length) await createSteps(records, batch, runs);
      },
    },
  ];
}

/** Returns the sequences that rows start, as far as whoever starts them sees them. */
async function sequencesOf(
  records: RecordService,
  { uow }: WriteBatch,
  rows: WriteRow[],
): Promise<Map<string, Found>> {
  const ids = [...new Set(rows.map((row) => row.after['sequence'] as string | null))].filter(Boolean);
  if (!ids.length) return new Map();
  const { reader } = records;
  const context = await reader.contextFor('sequence');
  const plan = reader.plan(context.descriptor);
  const [found] = await uow.together([reader.byIds(plan, ids as string[], context, 'read', 'living')]);
  return new Map(
    found!.map((row): [string, Found] => {
      const { id, state } = plan.load(row as any);
      return [
        id,
        {
          name: state['name'] as string,
          active: state['active'] === true,
          objects: (state['objects'] ?? []) as string[],
          steps: linesIn(state, { key: 'steps' }),
        },
      ];
    }),
  );
}

function take(row: WriteRow, { name, steps }: Found): void {
  row.set('name', name, FROM);
  row.set('step', `1/${steps.length}`, FROM);
  row.setLines(
    'steps',
    steps.map((line) => ({
      values: Object.fromEntries(
        STEP_VALUES.flatMap((key) => (line[key] === null ? [] : [[key, line[key]]])),
      ),
    })),
    FROM,
  );
}

function checkAbout(row: WriteRow): void {
  const { length } = (row.after['about'] ?? []) as string[];
  if (length !== 1)
    row.refuse('about', 'oneRecord', 'A sequence is started for one record. Name one in "Started for".');
  if (row.after['state'] !== 'Active')
    row.refuse('state', 'startsActive', 'A run starts as Active. Leave "State" out.');
}

function checkSequence(batch: WriteBatch, row: WriteRow, found: Found, directory: AccessDirectory): void {
  if (!found.active)
    row.refuse(
      'sequence',
      'sequenceInactive',
      'This sequence is not active. Activate it, or choose another.',
    );
  if (!found.steps.length)
    row.refuse('sequence', 'sequenceEmpty', 'This sequence has no steps. Add one before you start it.');
  const [about] = (row.after['about'] ?? []) as string[];
  const object = about && linkOf(targetKey(about)).object;
  if (object && found.objects.length && !found.objects.includes(object))
    row.refuse('about', 'notForObject', 'This sequence is not for records of this kind. Choose another one.');
  if (batch.asks !== 'caller') return;
  const kinds = new Set(found.steps.map((line) => OBJECT_OF[stepIn(line).kind]));
  for (const kind of kinds)
    if (!directory.may(batch.snapshot, { object: kind, action: 'create' }))
      row.refuse(
        'sequence',
        'stepNotAllowed',
        `Your roles don't let you create ${kind}s, which this sequence creates. Ask an administrator.`,
      );
}
