import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { objectsOfTenant, type StageRules } from '@pellucid/platform/access';
import { isBlankValue, RecordService, type WriteBatch } from '@pellucid/platform/records';

/** Holds records to the rules of their stages: where they may move, and what they need there. */
@Injectable()
export class StageRulesParticipant implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'custom-objects.stages',
      objects: '*',
      phase: 'checks',
      order: 200,
      run: (batch) => check(batch),
    });
  }
}

function check(batch: WriteBatch): void {
  if (batch.mode === 'undo' || batch.operation === 'delete' || batch.operation === 'restore') return;
  const stages = objectsOfTenant(batch.snapshot).byKey.get(batch.descriptor.key)?.settings.stages;
  if (stages && batch.descriptor.byKey.has(stages.field)) hold(batch, stages);
}

function hold({ rows, descriptor }: WriteBatch, { field, moves = {}, requires = {} }: StageRules): void {
  const f = descriptor.byKey.get(field)!;
  const labelOf = (value: unknown) => f.options?.find((o) => o.value === value)?.label ?? String(value);
  for (const row of rows) {
    if (!row.ok) continue;
    const from = (row.before?.state[field] ?? null) as string | null;
    const to = (row.after[field] ?? null) as string | null;
    const allowed = from === null || from === to ? undefined : moves[from];
    if (allowed && !allowed.includes(to ?? '') && row.mayChange(field))
      row.refuse(
        field,
        'moveNotAllowed',
        `Records can't move from ${labelOf(from)} to ${to === null ? 'no stage' : labelOf(to)}. They can move to: ${allowed.map(labelOf).join(', ') || 'none'}.`,
      );
    // What was stored before the rule came may stay as it is.
    for (const key of to === null ? [] : (requires[to] ?? [])) {
      const needed = descriptor.byKey.get(key);
      if (!needed || !(row.mayChange(field) || row.mayChange(key))) continue;
      const value = row.after[key];
      if (Array.isArray(value) ? value.length : !isBlankValue(value, needed)) continue;
      row.refuse(
        key,
        'requiredInStage',
        `"${needed.label}" must have a value in ${labelOf(to)}. Enter one.`,
        {
          stage: to,
        },
      );
    }
  }
}
