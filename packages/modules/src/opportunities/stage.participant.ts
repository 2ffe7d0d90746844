import { dayAt, formatDay, parseDay, startOfDay } from '@pellucid/conditions';
import type { PipelineDirectory, Pipelines, StageCategory, StageInfo } from '@pellucid/modules/pipelines';
import { currentContext } from '@pellucid/platform/context';
import { newId, type WriteBatch, type WriteParticipant, type WriteRow } from '@pellucid/platform/records';
import { opportunityRecord } from './opportunities.record.js';
import { ACTIONS, isBlank, refuseTransition, type StageVerb, verbOf } from './opportunities.rules.js';

const VERBS = new Set<string>(['moved', 'won', 'lost', 'reopened']);
const text = (value: unknown) => (value ?? undefined) as string | undefined;

const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:opportunities');
const isEdit = ({ operation, mode }: WriteBatch) =>
  (operation === 'create' || operation === 'update') && mode !== 'undo';

/** Stages of deals: what a stage sets and requires, which transitions there are, and the stage history. */
export function stageParticipants(directory: PipelineDirectory): WriteParticipant[] {
  const pipelinesOf = new WeakMap<WriteBatch, Pipelines>();
  const derivation: WriteParticipant = {
    name: 'opportunities.stage',
    objects: ['opportunity'],
    phase: 'derivations',
    order: 100,
    async run(batch) {
      if (!isEdit(batch)) return;
      const rows = batch.rows.filter((r) => r.ok);
      if (!rows.length) return;
      const wanted = {
        stages: rows.map((r) => text(r.after['stage'])).filter((id) => id !== undefined),
        pipelines: rows.map((r) => text(r.after['pipeline'])).filter((id) => id !== undefined),
      };
      const pipelines = await directory.of(batch.uow, batch.snapshot, wanted);
      pipelinesOf.set(batch, pipelines);
      const { zone } = batch.snapshot.settings;
      const today = formatDay(dayAt(batch.now.getTime(), zone));
      for (const row of rows) place(batch, row, pipelines, today, zone);
    },
    statements(batch, written) {
      if (batch.operation === 'create') return [historyOfNew(batch, written, pipelinesOf.get(batch))];
      const moved = batch.operation === 'update' ? written.filter((r) => r.changed('stage')) : [];
      if (!moved.length) return [];
      const { actor, cause } = currentContext();
      // A stay of an import may begin in the past. A rollback takes it back, as it does those of a stage history.
      const broughtBy = batch.mode === 'import' && cause?.kind === 'import' ? cause.id : null;
      const ids = moved.map((r) => r.id);
      // Undoing puts the deal back to when it was in the stage before; the history says when that happened.
      const at = moved.map((r) => (isEdit(batch) && text(r.after['stageSince'])) || batch.now.toISOString());
      return [
        {
          text: `update opportunity_stage_history h set left_at = greatest(v.at, h.entered_at)
                   from unnest($1::uuid[], $2::timestamptz[]) as v(opportunity, at)
                  where h.opportunity_id = v.opportunity and h.left_at is null`,
          values: [ids, at],
        },
        {
          text: `insert into opportunity_stage_history (tenant_id, id, opportunity_id, stage_id, entered_at, actor_kind, actor_id, brought_by)
                 select $1, v.id, v.opportunity, v.stage, v.at, $6, $7, $8::uuid
                   from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[]) as v(id, opportunity, stage, at)`,
          values: [
            batch.uow.tenantId,
            moved.map(() => newId()),
            ids,
            moved.map((r) => r.after['stage']),
            at,
            actor.kind,
            actor.id,
            broughtBy,
          ],
        },
      ];
    },
  };
  const check: WriteParticipant = {
    name: 'opportunities.stage-rules',
    objects: ['opportunity'],
    phase: 'checks',
    order: 100,
    run(batch) {
      const pipelines = isEdit(batch) ? pipelinesOf.get(batch) : undefined;
      if (pipelines) for (const row of batch.rows) if (row.ok) checkStage(batch, row, pipelines);
    },
  };
  return [derivation, check];
}

/** The verb that the write was asked for as, if it is one of a stage. */
const askedVerb = ({ verb }: WriteBatch) => (VERBS.has(verb) ? (verb as StageVerb) : undefined);

/** The category of the stage that the deal was in; open for one without a stage. */
function categoryBefore(row: WriteRow, pipelines: Pipelines): StageCategory {
  return pipelines.stages.get(row.before?.state['stage'] as string)?.category ?? 'open';
}

/** Sets the deal's stage and what follows from it, or refuses the row if it can't be determined. */
function place(batch: WriteBatch, row: WriteRow, pipelines: Pipelines, today: string, zone: string): void {
  const asked = askedVerb(batch);
  // Whether and how the change is refused would reveal the stage; so would the verb that it amounts to.
  if (row.before && (asked || row.given['stage'] !== undefined) && !row.sees('stage')) {
    const message = "Your roles don't show you the stage of this opportunity, so you can't change it.";
    if (asked) row.fail(403, 'stageWithheld', message);
    else row.refuse('stage', 'stageWithheld', message);
    return;
  }
  const stage = stageOf(row, pipelines);
  if (!stage) return;
  derive(row, 'pipeline', stage.pipelineId);
  derive(row, 'stage', stage.id);
  const from = row.before ? categoryBefore(row, pipelines) : null;
  if (row.before === null || row.changed('stage')) {
    row.acts = actOf(from, stage.category);
    enter(batch, row, stage, today, zone, from);
  }
  if (stage.category !== 'open') derive(row, 'probability', stage.category === 'won' ? 100 : 0);
}

/** Refuses transitions that a stage does not allow, and deals that lack what their stage requires. */
function checkStage(batch: WriteBatch, row: WriteRow, pipelines: Pipelines): void {
  const stage = pipelines.stages.get(row.after['stage'] as string);
  if (!stage) return;
  const asked = askedVerb(batch);
  const lenient = batch.mode === 'import' || batch.mode === 'merge';
  const entering = row.before === null || row.changed('stage');
  if (row.before && (entering || asked) && !lenient) {
    const refusal = refuseTransition(categoryBefore(row, pipelines), stage.category, asked);
    if (refusal) {
      if (asked) row.fail(409, refusal.code, refusal.message);
      else row.refuse('stage', refusal.code, refusal.message);
      return;
    }
  }
  if (!lenient && (entering || row.sees('stage'))) requireFields(row, stage, entering);
}

/** The verb that a stage entered amounts to, for the right to it. A new deal in an open stage is just created. */
function actOf(from: StageCategory | null, to: StageCategory): WriteRow['acts'] {
  if (from === null && to === 'open') return undefined;
  return { verb: ACTIONS[verbOf(from ?? 'open', to)], field: 'stage' };
}

/** Returns the stage that a deal is to be in. */
function stageOf(row: WriteRow, pipelines: Pipelines): StageInfo | undefined {
  const pipelineId = text(row.after['pipeline']);
  const stageId = text(row.after['stage']);
  if (row.before && stageId === undefined) {
    row.refuse('stage', 'required', '"Stage" is required.');
    return undefined;
  }
  const movesPipeline = row.before !== null && row.changed('pipeline') && row.given['stage'] === undefined;
  if (stageId !== undefined && !movesPipeline) {
    const stage = pipelines.stages.get(stageId);
    if (!stage) {
      row.refuse(
        'stage',
        'referenceMissing',
        '"Stage": this stage doesn\'t exist. It may have been deleted.',
      );
      return undefined;
    }
    const pipelineGiven = row.given['pipeline'] !== undefined && row.given['pipeline'] !== null;
    if (pipelineGiven && pipelineId !== stage.pipelineId) {
      row.refuse(
        'stage',
        'wrongPipeline',
        "This stage belongs to another pipeline. Choose one from the opportunity's pipeline.",
      );
      return undefined;
    }
    return stage;
  }
  if (movesPipeline && !row.sees('stage')) {
    row.refuse(
      'pipeline',
      'stageWithheld',
      "Your roles don't show you the stage of this opportunity, so you can't move it to another pipeline.",
    );
    return undefined;
  }
  const pipeline = pipelineId ? pipelines.byId.get(pipelineId) : pipelines.byDefault;
  const stage = pipeline && pipelines.first(pipeline.id, 'open');
  if (!stage)
    row.refuse(
      'pipeline',
      'noOpenStage',
      pipeline
        ? `${row.names['pipeline'] ? `The pipeline "${row.names['pipeline']}"` : 'This pipeline'} has no open stage. Add one first.`
        : 'There is no pipeline. Create one first.',
    );
  return stage;
}

/** Applies what a new stage sets. */
function enter(
  batch: WriteBatch,
  row: WriteRow,
  stage: StageInfo,
  today: string,
  zone: string,
  from: StageCategory | null,
): void {
  if (row.given['probability'] === undefined || row.given['probability'] === null)
    derive(row, 'probability', stage.probability);
  if (row.given['forecastCategory'] === undefined || row.given['forecastCategory'] === null)
    derive(row, 'forecastCategory', stage.forecastCategory);
  if (stage.category === 'open') {
    derive(row, 'closedAt', null);
    if (from !== null && from !== 'open' && row.given['closeReason'] === undefined)
      derive(row, 'closeReason', null);
  } else {
    derive(row, 'closeDate', row.after['closeDate'] ?? today);
    const imported = batch.mode === 'import' ? parseDay(row.after['closeDate'] as string) : undefined;
    const at = imported === undefined ? batch.now : new Date(startOfDay(imported, zone));
    derive(row, 'closedAt', at.toISOString());
  }
  derive(row, 'stageSince', enteredAt(batch, row, zone));
  if (from !== null && batch.verb === 'updated') row.verb = verbOf(from, stage.category);
}

/** Returns when a deal entered its stage: now, unless it is imported or was created elsewhere; then its dates say it. */
function enteredAt(batch: WriteBatch, row: WriteRow, zone: string): string {
  const now = batch.now.toISOString();
  const closed = batch.mode === 'import' ? text(row.after['closedAt']) : undefined;
  if (row.before || closed) return closed ?? now;
  return begunAt(batch, row, zone) ?? now;
}

/** Returns when a new deal was begun, if that is known. */
function begunAt(batch: WriteBatch, row: WriteRow, zone: string): string | undefined {
  const { engageDate } = row.after;
  const day = batch.mode === 'import' && typeof engageDate === 'string' ? parseDay(engageDate) : undefined;
  return day === undefined ? row.provenance.createdAt : new Date(startOfDay(day, zone)).toISOString();
}

/**
 * Checks the fields that the stage requires when the deal enters it; they cannot be emptied while the deal is in it.
 */
function requireFields(row: WriteRow, stage: StageInfo, entering: boolean): void {
  const wanted =
    stage.category === 'lost'
      ? new Set(['closeReason', ...stage.requiredFields])
      : new Set(stage.requiredFields);
  for (const key of wanted) {
    const f = opportunityRecord.byKey.get(key);
    if (!f || !(entering || row.mayChange(key))) continue;
    // A value that the caller does not see counts as empty, unless they set it now.
    if (!isBlank(row.after[key]) && (row.sees(key) || row.mayChange(key))) continue;
    // With its name, if the caller may see it.
    const name = row.names['stage'];
    row.refuse(
      key,
      'requiredInStage',
      `"${f.label}" is required in ${name ? `stage "${name}"` : 'this stage'}.`,
      name ? { stage: name } : {},
    );
  }
}

/** Returns the history of new deals; that of an imported one is derived from its dates. */
function historyOfNew(batch: WriteBatch, rows: WriteRow[], pipelines: Pipelines | undefined) {
  const { actor } = currentContext();
  const { zone } = batch.snapshot.settings;
  const entries = rows.flatMap((row) => {
    const entry = {
      tenant_id: batch.uow.tenantId,
      id: newId(),
      opportunity_id: row.id,
      stage_id: row.after['stage'],
      actor_kind: actor.kind,
      actor_id: actor.id,
    };
    const entered = row.after['stageSince'] as string;
    if (batch.mode !== 'import') return [{ ...entry, entered_at: entered, left_at: null, inferred: false }];
    const begun = begunAt(batch, row, zone);
    const closed = text(row.after['closedAt']);
    if (!closed) return [{ ...entry, entered_at: entered, left_at: null, inferred: begun !== undefined }];
    const openStage = pipelines?.first(row.after['pipeline'] as string, 'open')?.id;
    return [
      ...(begun && openStage
        ? [
            {
              ...entry,
              id: newId(),
              stage_id: openStage,
              entered_at: [begun, closed].sort()[0],
              left_at: closed,
              inferred: true,
            },
          ]
        : []),
      { ...entry, entered_at: closed, left_at: null, inferred: true },
    ];
  });
  return {
    text: `insert into opportunity_stage_history (tenant_id, id, opportunity_id, stage_id, entered_at, left_at, actor_kind, actor_id, inferred)
           select tenant_id, id, opportunity_id, stage_id, entered_at, left_at, actor_kind, actor_id, inferred
             from json_populate_recordset(null::opportunity_stage_history, $1::json)`,
    values: [JSON.stringify(entries)],
  };
}
