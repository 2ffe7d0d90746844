import { Inject, Injectable } from '@nestjs/common';
import { normalizeText } from '@pellucid/conditions';
import { readEmail } from '@pellucid/conditions/contact-text';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { PEOPLE, type PresentedRecord, RecordService } from '@pellucid/platform/records';
import { PIPELINES, type SourceSystem, STAGES } from '../catalogues/index.js';
import type { FoundStage } from './file-contents.js';
import type { PlannedPerson, PlannedStage } from './move-plan.js';
import type { SourcePerson } from './move-planner.js';

/** Most people and stages here that those of a source are compared with. */
const MOST_COMPARED = 2_000;
const PAGE = 200;

const norm = (text: unknown) => normalizeText(String(text ?? ''));

/** Finds out which people and stages here are those of a source. It compares only what the caller sees. */
@Injectable()
export class PlanMatches {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /**
   * Matches people by e-mail, then by name. Those who are nobody here become people without log-in, if the caller may add them.
   * @param counts number of cells that name a person, by text
   * @param known people of the source, by id
   * @param source.personIds what ids of people look like
   */
  async people(
    counts: ReadonlyMap<string, { count: number; name: string }>,
    known: ReadonlyMap<string, SourcePerson>,
    { personIds }: Pick<SourceSystem, 'personIds'>,
    snapshot: TenantSnapshot,
  ): Promise<PlannedPerson[]> {
    const members = await this.all(PEOPLE, ['name', 'email']);
    const byEmail = new Map(members.map((one) => [norm(one['email']), one.id]));
    const byName = Map.groupBy(members, (one) => norm(one['name']));
    const mayAdd = this.directory.may(snapshot, { object: PEOPLE, action: 'create' });
    return [...counts].map(([key, { count, name: named }]) => {
      const isAddress = readEmail(key) !== undefined;
      const person = known.get(key);
      const name = person?.name || named || key;
      const email = person?.email ?? (isAddress ? key : null);
      const alike = byName.get(norm(name)) ?? [];
      const member =
        (email === null ? undefined : byEmail.get(norm(email))) ??
        (alike.length === 1 ? alike[0]!.id : undefined) ??
        null;
      // Nobody is added who is only an ID.
      const isNamed = !personIds?.test(name);
      return { key, name, email, count, member, isNew: member === null && mayAdd && isNamed };
    });
  }

  /** Matches stages by name, within the pipeline of the same name or the default one; ends also by what they mean. */
  async stages(found: ReadonlyMap<string, FoundStage>, snapshot: TenantSnapshot): Promise<PlannedStage[]> {
    if (!found.size) return [];
    const stages = await this.all(STAGES, ['name', 'pipeline', 'category']);
    const pipelines = await this.pipelines();
    const mayMake = this.directory.may(snapshot, { object: STAGES, action: 'create' });
    const named = new Set([...found.values()].flatMap(({ pipeline }) => pipeline ?? []));
    return [...found].map(([key, { name, pipeline: given, category, count }]) => {
      const alikePipeline = pipelines.find((one) => given !== null && norm(one.name) === norm(given));
      // A source with one pipeline moves into the default one, whatever it is called there.
      const pipeline = alikePipeline || named.size > 1 ? given : null;
      const within =
        alikePipeline ?? (pipeline === null ? pipelines.find((one) => one.isDefault) : undefined);
      const own = stages.filter(
        (one) => within !== undefined && (one['pipeline'] as { id?: string } | null)?.id === within.id,
      );
      const alike =
        own.find((one) => norm(one['name']) === norm(name) && one['category'] === category) ??
        (category === 'open' ? undefined : own.find((one) => one['category'] === category));
      const stage = alike?.id ?? null;
      return { key, name, pipeline, category, count, stage, isNew: stage === null && mayMake };
    });
  }

  /** Returns the pipelines that the caller sees. */
  async pipelines(): Promise<{ id: string; name: string; isDefault: boolean }[]> {
    const all = await this.all(PIPELINES, ['name', 'isDefault']);
    return all.map(({ id, name, isDefault }) => ({
      id,
      name: String(name ?? ''),
      isDefault: isDefault === true,
    }));
  }

  private async all(object: string, fields: string[]): Promise<PresentedRecord[]> {
    const snapshot = await this.directory.current();
    if (!this.directory.may(snapshot, { object, action: 'read' })) return [];
    const all: PresentedRecord[] = [];
    for (let cursor: string | undefined; all.length < MOST_COMPARED; ) {
      const { data, page } = await this.records.list(object, {
        limit: PAGE,
        fields,
        ...(cursor === undefined ? {} : { cursor }),
      });
      all.push(...data);
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    return all;
  }
}
