import { recordDescriptors } from '@pellucid/modules/lists/records';
import { AccessDirectory, type Permission } from '@pellucid/platform/access';
import type { ApiAnswer, ApiCall, TestApi } from './api-process.js';
import { type Colleague, TestPeople, type TestRole } from './colleagues.js';
import { seededWorld, type World } from './seeded-world.js';
import type { WorkingApi } from './worker-in-process.js';

/** The product's objects. */
export const OBJECTS: string[] = recordDescriptors.map(({ key }) => key);

/** Permissions for the action on all records of these objects. */
export const all = (action = '*', objects = OBJECTS): Permission[] =>
  objects.map((object) => ({ object, action, scope: 'all' }));

/** The error codes of a refusal, by pointer. */
export const codes = (answer: ApiAnswer) =>
  Object.fromEntries(
    (answer.body.errors ?? []).map((e: { pointer: string; code: string }) => [e.pointer, e.code]),
  );

/** An answer without the parts that differ by request. */
export const anonymous = ({ status, body }: ApiAnswer) => {
  const { correlationId: _, instance: __, ...rest } = (body ?? {}) as Record<string, unknown>;
  return { status, body: rest };
};

/** Two companies full of records, and a person in the first one whose roles each test chooses. */
export class IntruderStage {
  private constructor(
    readonly api: TestApi & Partial<WorkingApi>,
    readonly mine: World,
    readonly theirs: World,
    readonly people: TestPeople,
    readonly intruder: Colleague,
    readonly colleague: Colleague,
  ) {}

  static async on(api: TestApi & Partial<WorkingApi>): Promise<IntruderStage> {
    const [mine, theirs] = [await seededWorld(api), await seededWorld(api)];
    const people = await TestPeople.of(api.database, api, mine);
    const nothing = await people.role({});
    const [intruder, colleague] = [await people.colleague([nothing]), await people.colleague([nothing])];
    const stage = new IntruderStage(api, mine, theirs, people, intruder, colleague);
    stage.refresh();
    return stage;
  }

  end(): Promise<void> {
    return this.people.end();
  }

  /** Makes the next request see what was written to the database directly. */
  refresh(): void {
    for (const process of [this.api.app, this.api.worker])
      process?.get(AccessDirectory).forget(this.mine.tenantId);
  }

  /** Gives the intruder exactly these roles. */
  async wear(...roles: TestRole[]): Promise<void> {
    const { people, mine, intruder } = this;
    await people.sql('delete from member_role where tenant_id = $1 and member_id = $2', [
      mine.tenantId,
      intruder.memberId,
    ]);
    for (const role of roles)
      await people.sql('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
        mine.tenantId,
        intruder.memberId,
        await people.role(role),
      ]);
    this.refresh();
  }

  asIntruder(method: string, path: string, call: ApiCall = {}): Promise<ApiAnswer> {
    return this.api.call(method, path, { token: this.intruder.token, ...call });
  }

  /** @returns the body @throws when the request is refused */
  async asAdmin(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.api.call(method, path, { token: this.mine.token, body });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
