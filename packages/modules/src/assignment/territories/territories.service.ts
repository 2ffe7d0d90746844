import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import type { UnitOfWork } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import { type IdempotencyRequest, newId, RecordRegistry, RecordService } from '@pellucid/platform/records';
import { writeLogged } from '../rules/assignment-log.js';
import { changedSince, territoryUsed, tooMany } from '../rules/assignment-rules.errors.js';
import { AssignmentRulesRepository, type TerritoryValues } from '../rules/assignment-rules.repository.js';
import {
  ASSIGNMENT_LIMITS,
  type StoredTerritory,
  type TerritoryChange,
  type TerritoryCreate,
} from '../rules/assignment-rules.schema.js';
import { territoryProblems } from '../rules/rule-checks.rules.js';

const valuesOf = ({ name, condition, team }: TerritoryValues): TerritoryValues => ({ name, condition, team });

/** Territories: named conditions over leads, each with the team that works there. */
@Injectable()
export class TerritoriesService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AssignmentRulesRepository) private readonly repository: AssignmentRulesRepository,
  ) {}

  /** Returns all territories, by name. */
  async list(): Promise<StoredTerritory[]> {
    return (await this.repository.all()).territories;
  }

  /** Returns all territories, by name, with the names of their teams. */
  async named(): Promise<{ data: StoredTerritory[]; names: Record<string, string> }> {
    const data = await this.list();
    const names = await this.records.reader.visibleNames(
      'team',
      data.map(({ team }) => team),
    );
    return { data, names: Object.fromEntries(names) };
  }

  /** Returns one territory. @throws ProblemError 404 */
  async get(id: string): Promise<StoredTerritory> {
    const found = (await this.list()).find((territory) => territory.id === id);
    if (!found) throw notFound('The territory');
    return found;
  }

  /** Creates a territory. @throws ProblemError 422 naming each part that is wrong */
  async create(wish: TerritoryCreate, idempotency?: IdempotencyRequest): Promise<StoredTerritory> {
    await this.check(wish);
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const { territories } = await this.repository.hold(uow);
      if (territories.length >= ASSIGNMENT_LIMITS.territories)
        throw tooMany('territories', ASSIGNMENT_LIMITS.territories);
      const id = newId();
      await writeLogged(uow, this.directory, [this.repository.insertTerritory(uow.tenantId, id, wish)], {
        object: 'assignmentTerritory',
        id,
        before: undefined,
        after: wish,
      });
      return { status: 201, body: { id } };
    });
    return this.get(body.id);
  }

  /**
   * Changes a territory; what is left out stays.
   * @param ifMatch version that the caller read; by default the current one
   * @throws ProblemError 404, 412, 422 naming each part that is wrong
   */
  async change(
    id: string,
    change: TerritoryChange,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<StoredTerritory> {
    await this.records.unit(idempotency, async (uow) => {
      const { before } = await this.held(uow, id, ifMatch);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const after = valuesOf({ ...before, ...given });
      await this.check(after);
      if (!isDeepStrictEqual(valuesOf(before), after))
        await writeLogged(uow, this.directory, [this.repository.updateTerritory(id, after)], {
          object: 'assignmentTerritory',
          id,
          before: valuesOf(before),
          after,
        });
      return { status: 200, body: { id } };
    });
    return this.get(id);
  }

  /** Deletes a territory. @throws ProblemError 404, 409 while rules use it, 412 */
  async remove(id: string, ifMatch?: number, idempotency?: IdempotencyRequest): Promise<void> {
    await this.records.unit(idempotency, async (uow) => {
      const { before, rules } = await this.held(uow, id, ifMatch);
      const users = rules.filter(({ territory }) => territory === id).map(({ name }) => name);
      if (users.length) throw territoryUsed(users);
      await writeLogged(uow, this.directory, [this.repository.removeTerritory(id)], {
        object: 'assignmentTerritory',
        id,
        before: valuesOf(before),
        after: undefined,
      });
      return { status: 204, body: null };
    });
  }

  private async held(uow: UnitOfWork, id: string, ifMatch: number | undefined) {
    const { rules, territories } = await this.repository.hold(uow);
    const before = territories.find((territory) => territory.id === id);
    if (!before) throw notFound('The territory');
    if (ifMatch !== undefined && ifMatch !== before.version) throw changedSince('territory', before);
    return { before, rules };
  }

  private async check(values: TerritoryValues): Promise<void> {
    const snapshot = await this.directory.current();
    const lead = this.registry.forTenant('lead', snapshot);
    const problems = territoryProblems(values, { lead, snapshot, territories: new Set() });
    if (problems.length) throw unprocessable(problems);
  }
}
