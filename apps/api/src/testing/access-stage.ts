import { AccessDirectory, type Permission } from '@pellucid/platform/access';
import { type Account, type Case, type Deal, firstOfEach, permissionOf } from './access-model.js';
import { registerCompany, type TestApi, type TestCompany } from './api-process.js';
import { type Colleague, TestPeople } from './colleagues.js';

/**
 * A company with people, teams, accounts and deals in every relation to one person, whose roles and shares each case
 * chooses: "me".
 */
export class AccessStage {
  readonly members: Record<string, Colleague> = {};
  readonly teams: Record<string, string> = {};
  readonly entities: Record<string, string> = {};
  readonly accounts: Account[] = [];
  readonly deals: Deal[] = [];

  private constructor(
    readonly api: TestApi,
    readonly company: TestCompany,
    readonly people: TestPeople,
  ) {}

  static async on(api: TestApi): Promise<AccessStage> {
    const company = await registerCompany(api);
    const stage = new AccessStage(api, company, await TestPeople.of(api.database, api, company));
    await stage.fill();
    return stage;
  }

  end(): Promise<void> {
    return this.people.end();
  }

  private async fill(): Promise<void> {
    const { company, people, members, teams, entities, accounts, deals } = this;
    for (const name of ['mine', 'other'])
      entities[name] = (await this.asAdmin('POST', '/legal-entities', { name })).id;
    teams['team'] = await people.team();
    teams['below'] = await people.team({ parentId: teams['team'] });
    teams['other'] = await people.team();
    const nothing = await people.role({});
    for (const [name, team] of [
      ['me', 'team'],
      ['mate', 'team'],
      ['below', 'below'],
      ['managed', null],
      ['underManaged', null],
      ['stranger', 'other'],
    ] as const)
      members[name] = await people.colleague([nothing], {
        ...(team ? { teamId: teams[team]! } : {}),
        ...(name === 'me' ? { legalEntityId: entities['mine']! } : {}),
      });
    // A team that I manage without being in it, and a team below it.
    teams['managed'] = await people.team({ managerId: members['me']!.memberId });
    teams['underManaged'] = await people.team({ parentId: teams['managed'] });
    for (const name of ['managed', 'underManaged'])
      await people.sql('update member set team_id = $2 where tenant_id = $1 and id = $3', [
        company.tenantId,
        teams[name],
        members[name]!.memberId,
      ]);
    this.refresh();
    const owners = [...Object.keys(members), null];
    const owned = (i: number) => ({
      owner: owners[i % owners.length]!,
      entity: [null, 'mine', 'other'][i % 3]!,
    });
    const ids = ({ owner, entity }: { owner: string | null; entity: string | null }) => ({
      owner: owner && members[owner]!.memberId,
      legalEntity: entity && entities[entity]!,
    });
    for (let i = 0; i < 10; i++) {
      const given = {
        name: `Account ${'gfedcba'[i % 7]}${i}`,
        industry: ['Finance', 'Health', 'Retail', null][i % 4]!,
        city: ['Zürich', 'Berne', null][i % 3]!,
      };
      const whose = owned(i * 2 + 1);
      const made = await this.asAdmin('POST', '/accounts', { ...given, ...ids(whose) });
      accounts.push({ id: made.id, ...whose, ...given });
    }
    for (let i = 0; i < 24; i++) {
      const account = i % 5 === 4 ? null : accounts[(i * 3) % accounts.length]!;
      const given = {
        name: `Deal ${'hgfedcba'[i % 8]}${i}`,
        closeDate: i % 6 === 5 ? null : `2026-${String(1 + (i % 10)).padStart(2, '0')}-15`,
        type: ['New business', 'Renewal', null][i % 3]!,
        nextStep: ['call them', 'write them a letter', null][i % 3]!,
        description: i % 2 ? `about deal ${i}` : null,
      };
      const amount = i % 7 === 6 ? null : (i % 5) * 1500 + 500;
      const whose = owned(i);
      const made = await this.asAdmin('POST', '/opportunities', {
        ...given,
        amount: amount === null ? null : String(amount),
        account: account?.id ?? null,
        ...ids(whose),
      });
      deals.push({ id: made.id, at: i, ...whose, ...given, amount, account });
    }
  }

  /** Makes the next request see what was written to the database directly. */
  refresh(): void {
    this.api.app.get(AccessDirectory).forget(this.company.tenantId);
  }

  /** @returns the body @throws when the request is refused */
  async asAdmin(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.api.call(method, path, { token: this.company.token, body });
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  asMe(method: string, path: string, body?: unknown) {
    return this.api.call(method, path, { token: this.members['me']!.token, body });
  }

  /** Takes all roles from me. */
  async strip(): Promise<void> {
    await this.people.sql('delete from member_role where tenant_id = $1 and member_id = $2', [
      this.company.tenantId,
      this.members['me']!.memberId,
    ]);
  }

  /** Gives me one more role, which counts from the next refresh. */
  async wear(role: Parameters<TestPeople['role']>[0]): Promise<void> {
    await this.people.sql('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
      this.company.tenantId,
      this.members['me']!.memberId,
      await this.people.role(role),
    ]);
  }

  /** Gives me exactly these roles, and the deals exactly these shares. */
  async set({ roles, shares }: Pick<Case, 'roles' | 'shares'>): Promise<void> {
    const { people, company, members, teams, deals } = this;
    await this.strip();
    await people.sql('delete from record_share where tenant_id = $1', [company.tenantId]);
    for (const r of roles)
      await this.wear({
        permissions: [
          ...r.grants.map(permissionOf),
          ...['pipeline', 'stage', 'member'].map(
            (object): Permission => ({ object, action: 'read', scope: 'all' }),
          ),
        ],
        fields: r.fields,
      });
    for (const s of firstOfEach(shares)) {
      await people.share(
        'opportunity',
        deals[s.deal]!.id,
        s.to === 'me' || s.to === 'mate'
          ? { kind: 'member', id: members[s.to]!.memberId }
          : { kind: 'team', id: teams[s.to]! },
        s.access,
        s.expired ? new Date(Date.now() - 60_000) : null,
      );
    }
    this.refresh();
  }
}
