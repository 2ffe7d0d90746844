import { linkOf, targetKey } from '@pellucid/conditions';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  linesIn,
  type OwnedLine,
  type RecordService,
  type WriteBatch,
  withoutLimits,
} from '@pellucid/platform/records';
import type { STOP_REASONS } from './sequence-fields.js';
import { OBJECT_OF, plannedStep, type Step } from './step-plan.js';

/** Who sets what follows from sequences. */
export const BY = 'sequences';

/** A run as a step needs it. */
export interface Run {
  id: string;
  about: string[];
  owner: string | null;
  state: string;
  /** The step whose activity is open, from 1. */
  step: number;
  steps: Step[];
}

/** Says how far a run is: "2/4". */
export const progressOf = ({ step, steps }: Pick<Run, 'step' | 'steps'>) => `${step}/${steps.length}`;

/** Returns the number of the step in such a text. */
export const stepNumber = (progress: unknown) => Number(String(progress ?? '').split('/')[0]);

/** What it takes to go on with a run: the batch because of which it goes on. */
type Frame = Pick<WriteBatch, 'uow' | 'now' | 'snapshot'>;

/** Reads a step from a line of a sequence or of a run. */
export function stepIn(line: OwnedLine): Step {
  const text = (name: string) => (line[name] ?? null) as string | null;
  return {
    kind: text('kind') as Step['kind'],
    name: text('name')!,
    description: text('description'),
    priority: text('priority')!,
    wait: Number(line['wait'] ?? 0),
    waitUnit: text('waitUnit')!,
    time: text('time'),
    assignee: text('assignee')!,
    person: text('person'),
  };
}

/** Locks runs, in the order of their ids, and returns them as they are then: of two who complete a step, one goes on. */
export async function lockedRuns(records: RecordService, uow: UnitOfWork, ids: string[]): Promise<Run[]> {
  await uow.run({
    text: 'select id from sequence_run where id = any($1::uuid[]) order by id for no key update',
    values: [ids],
  });
  const { reader } = records;
  const context = withoutLimits(await reader.contextFor('sequenceRun'));
  const plan = reader.plan(context.descriptor);
  const [rows] = await uow.together([reader.byIds(plan, ids, context, 'read', 'living')]);
  return rows!.map((row) => {
    const { id, state } = plan.load(row as any);
    return {
      id,
      about: (state['about'] ?? []) as string[],
      owner: (state['owner'] ?? null) as string | null,
      state: state['state'] as string,
      step: stepNumber(state['step']),
      steps: linesIn(state, { key: 'steps' }).map(stepIn),
    };
  });
}

/** Creates the activity of each run's current step, as the product does: whoever started the run had the right to. */
export async function createSteps(records: RecordService, frame: Frame, runs: Run[]): Promise<void> {
  const owners = await ownersOf(records, frame.uow, runs);
  for (const object of new Set(Object.values(OBJECT_OF))) {
    const rows = runs.flatMap((run) => {
      const step = run.steps[run.step - 1]!;
      return OBJECT_OF[step.kind] === object ? [{ values: {}, derived: activityOf(run, step) }] : [];
    });
    if (rows.length)
      await records.writer.write(object, 'create', rows, { uow: frame.uow, asks: 'product', atomic: true });
  }

  function activityOf(run: Run, step: Step) {
    return {
      by: BY,
      values: {
        ...plannedStep(step, frame.now.getTime(), frame.snapshot.settings.zone),
        about: run.about,
        owner: assigneeOf(run, step, owners),
        sequenceRun: run.id,
        sequenceStep: progressOf(run),
      },
    };
  }
}

/** Writes what became of runs. */
export async function writeRuns(
  records: RecordService,
  uow: UnitOfWork,
  changes: { id: string; values: Record<string, unknown> }[],
): Promise<void> {
  if (!changes.length) return;
  await records.writer.write(
    'sequenceRun',
    'update',
    changes.map(({ id, values }) => ({ id, derived: { by: BY, values } })),
    { uow, asks: 'product', atomic: true },
  );
}

/** The values of a run that was stopped. */
export const stopped = (reason: (typeof STOP_REASONS)[number]) => ({ state: 'Stopped', stopReason: reason });

function assigneeOf(run: Run, step: Step, owners: Map<string, string>): string | null {
  if (step.assignee === 'Named person') return step.person ?? run.owner;
  const key = run.about[0];
  const owner = key === undefined ? undefined : owners.get(targetKey(key));
  return step.assignee === 'Owner of the record' ? (owner ?? run.owner) : run.owner;
}

/**
 * Returns who owns the records that runs are for, by the key of the record, as far as the caller sees it: an activity's owner must
 * not tell a record's.
 */
async function ownersOf(records: RecordService, uow: UnitOfWork, runs: Run[]): Promise<Map<string, string>> {
  const wanting = runs.filter((run) => run.steps[run.step - 1]!.assignee === 'Owner of the record');
  const byObject = new Map<string, Set<string>>();
  for (const key of wanting.flatMap((run) => run.about.slice(0, 1))) {
    const { object, id } = linkOf(targetKey(key));
    byObject.set(object, (byObject.get(object) ?? new Set()).add(id));
  }
  const { reader } = records;
  const owners = new Map<string, string>();
  for (const [object, ids] of byObject) {
    const context = await reader.contextFor(object);
    const access = context.access.decide(object, 'read', context.snapshot);
    if (!access.allowed || !context.descriptor.byKey.has('owner')) continue;
    const plan = reader.plan(context.descriptor, ['owner'], { context, action: 'read', names: false });
    const [rows] = await uow.together([reader.byIds(plan, [...ids], context, 'read', 'living')]);
    for (const row of rows!) {
      const { id, state, bits } = plan.load(row as any);
      const owner = state['owner'] as string | null;
      if (owner && access.rulesFor(bits).read('owner') === 'clear') owners.set(`${object}/${id}`, owner);
    }
  }
  return owners;
}
