import { Inject, Injectable } from '@nestjs/common';
import { normalizeText } from '@pellucid/conditions';
import { AccessDirectory } from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { PEOPLE, RecordService, type RowOutcome } from '@pellucid/platform/records';
import { PIPELINES, type SourceSystem, STAGES } from '../catalogues/index.js';
import type { MoveLinks } from '../moves.types.js';
import type { MovePlan, PlannedStage } from '../planning/move-plan.js';
import { PlanMatches } from '../planning/plan-matches.js';

/** Decides who and what is meant by the people and stages of a source, and makes those that are new. */
@Injectable()
export class LinkMaker {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(PlanMatches) private readonly matches: PlanMatches,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Looks for people and stages that were made since the plan was, by another move for instance.
   * @returns the plan with them
   */
  async refreshed(plan: MovePlan, source: SourceSystem): Promise<MovePlan> {
    this.directory.forget(requireTenant());
    const snapshot = await this.directory.current();
    const people = new Map(
      (
        await this.matches.people(
          new Map(plan.people.map(({ key, name, count }) => [key, { name, count }])),
          new Map(plan.people.map(({ key, name, email }) => [key, { name, email }])),
          source,
          snapshot,
        )
      ).map((one) => [one.key, one.member]),
    );
    const stages = new Map(
      (
        await this.matches.stages(
          new Map(
            plan.stages.map(({ key, name, pipeline, category, count }) => [
              key,
              { name, pipeline, category, count },
            ]),
          ),
          snapshot,
        )
      ).map((one) => [one.key, one.stage]),
    );
    return {
      ...plan,
      people: plan.people.map((one) => (one.isNew ? { ...one, member: people.get(one.key) ?? null } : one)),
      stages: plan.stages.map((one) => (one.isNew ? { ...one, stage: stages.get(one.key) ?? null } : one)),
    };
  }

  /** Makes what is new in a plan, in the unit of work. What can't be made is refused by its key, with the code. */
  async make(uow: UnitOfWork, plan: MovePlan): Promise<MoveLinks> {
    const links: MoveLinks = {
      people: Object.fromEntries(plan.people.map(({ key, member }) => [key, member])),
      stages: Object.fromEntries(plan.stages.map(({ key, stage }) => [key, stage])),
      made: { people: 0, pipelines: 0, stages: 0 },
      refused: [],
    };
    const take = (into: Record<string, string | null>, kind: keyof MoveLinks['made']) => {
      return (key: string, outcome: RowOutcome) => {
        if (outcome.status === 'created') {
          into[key] = outcome.id!;
          links.made[kind]++;
        } else
          links.refused.push({ key, code: outcome.failure?.code ?? outcome.errors?.[0]?.code ?? 'failed' });
      };
    };
    const people = plan.people.filter(({ isNew, member }) => isNew && member === null);
    const takePerson = take(links.people, 'people');
    for (const { index, ...outcome } of await this.create(
      uow,
      PEOPLE,
      people.map(({ name, email }) => ({ name, ...(email === null ? {} : { email }) })),
    ))
      takePerson(people[index]!.key, { index, ...outcome });

    const stages = plan.stages.filter(({ isNew, stage }) => isNew && stage === null);
    if (stages.length) await this.makeStages(uow, stages, links, take);
    return links;
  }

  private async makeStages(
    uow: UnitOfWork,
    stages: PlannedStage[],
    links: MoveLinks,
    take: (
      into: Record<string, string | null>,
      kind: keyof MoveLinks['made'],
    ) => (key: string, outcome: RowOutcome) => void,
  ): Promise<void> {
    const known = await this.matches.pipelines();
    const byName = new Map<string, string | null>(known.map(({ id, name }) => [normalizeText(name), id]));
    const preferred = known.find(({ isDefault }) => isDefault) ?? known[0];
    const missing = [
      ...new Map(
        stages.flatMap(({ pipeline }) =>
          pipeline === null || byName.has(normalizeText(pipeline))
            ? []
            : [[normalizeText(pipeline), pipeline] as const],
        ),
      ),
    ];
    const pipelines: Record<string, string | null> = {};
    const takePipeline = take(pipelines, 'pipelines');
    for (const outcome of await this.create(
      uow,
      PIPELINES,
      missing.map(([, name]) => ({ name })),
    ))
      takePipeline(missing[outcome.index]![0], outcome);
    for (const [key, id] of Object.entries(pipelines)) byName.set(key, id);

    const placed = stages.flatMap((stage) => {
      const pipeline = stage.pipeline === null ? preferred?.id : byName.get(normalizeText(stage.pipeline));
      return pipeline ? [{ stage, pipeline }] : [];
    });
    const takeStage = take(links.stages, 'stages');
    const rows = placed.map(({ stage: { name, category }, pipeline }) => ({ name, category, pipeline }));
    for (const outcome of await this.create(uow, STAGES, rows))
      takeStage(placed[outcome.index]!.stage.key, outcome);
  }

  private async create(
    uow: UnitOfWork,
    object: string,
    rows: Record<string, unknown>[],
  ): Promise<RowOutcome[]> {
    return rows.length ? this.records.create(object, rows, { uow, mode: 'import' }) : [];
  }
}
