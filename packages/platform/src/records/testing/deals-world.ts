import { newId } from '../describe/ids.js';
import { normOf } from '../describe/field-values.js';
import type { EngineApp, EngineTenant, Rights } from './engine-app.js';

/** How a company counts weeks, years and days. */
export interface Calendar {
  zone: string;
  weekStart: number;
  fiscalYearStartMonth: number;
}

/** A company with accounts and deals, written directly to the tables, so that tests choose every value. */
export interface DealsWorld {
  tenant: EngineTenant;
  calendar: Calendar;
  members: string[];
  accounts: string[];
  tags: string[];
  deals: string[];
  /** Adds a member with roles of these rights, who owns nothing yet. */
  person(...roles: Rights[]): Promise<EngineTenant>;
  /** Shares a deal with a member. */
  share(deal: string, memberId: string): Promise<void>;
  /** Makes a member the owner of a deal or an account. */
  give(table: 'opportunity' | 'account', id: string, memberId: string): Promise<void>;
}

/** A deal's values as the table stores them. */
export interface StoredDeal {
  name: string;
  composed: boolean;
  account: number | null;
  owner: number | null;
  amount: bigint | null;
  currency: string;
  closeDate: string | null;
  closedAt: string | null;
  probability: number | null;
  type: string | null;
  nextStep: string | null;
  tags: number[];
  /** Values of the fields that the company added, in API form. */
  custom: Record<string, unknown>;
}

const SYSTEM = `now(), 'system', now(), 'system'`;
const INDUSTRIES = ['Retail', 'Health', null];
/** The fields that the company added to deals. */
export const CUSTOM_FIELDS = [
  { name: 'size', type: 'text', settings: { isIndexed: true } },
  { name: 'score', type: 'number', settings: { scale: 1, isIndexed: true } },
  { name: 'due', type: 'date', settings: {} },
  { name: 'fee', type: 'money', settings: { currency: 'USD' } },
  {
    name: 'colours',
    type: 'multiSelect',
    settings: { options: ['Red', 'Blue'].map((value) => ({ value, label: value })) },
  },
] as const;

const CITIES = ['Zürich', 'ZURICH', 'Bern', null];

/** Fills a company. Accounts differ in owner, industry, city and number of employees; the second tag is deleted. */
export async function dealsWorld(
  engine: EngineApp,
  calendar: Calendar,
  deals: StoredDeal[],
): Promise<DealsWorld> {
  const tenant = await engine.tenant();
  const sql = (text: string, values: unknown[]) => engine.admin.query(text, [tenant.id, ...values]);
  await sql(
    `update tenant_setting set zone = $2, week_start = $3, fiscal_year_start_month = $4, base_currency = 'EUR' where tenant_id = $1`,
    [calendar.zone, calendar.weekStart, calendar.fiscalYearStartMonth],
  );
  const named = async (table: string, name: string, more: Record<string, unknown> = {}) => {
    const id = newId();
    const keys = Object.keys(more);
    await sql(
      `insert into ${table} (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, created_at, created_by_kind, updated_at, updated_by_kind${keys.map((k) => `, ${k}`).join('')})
       values ($1, $2, $3, $4, $4, $3, $4, ${SYSTEM}${keys.map((_, i) => `, $${i + 5}`).join('')})`,
      [id, name, normOf(name), ...Object.values(more)],
    );
    return id;
  };
  const members = [tenant.memberId];
  for (const name of ['Bea', 'Cem']) members.push(await named('member', name, { status: 'external' }));
  const accounts: string[] = [];
  for (let n = 0; n < 8; n++) {
    const city = CITIES[n % CITIES.length]!;
    accounts.push(
      await named('account', `Account ${n % 6}`, {
        owner_id: members[n % 3],
        industry: INDUSTRIES[n % INDUSTRIES.length],
        city,
        city_norm: normOf(city),
        employees: n === 3 ? null : n * 5,
        annual_revenue: n === 4 ? null : String(n * 12_345),
      }),
    );
  }
  const tags = [await named('tag', 'Hot'), await named('tag', 'Old'), await named('tag', 'Ärger')];
  await sql('update tag set deleted_at = now() where tenant_id = $1 and id = $2', [tags[1]]);
  const pipeline = await named('pipeline', 'Sales');
  const stage = await named('stage', 'Open', {
    pipeline_id: pipeline,
    category: 'open',
    probability: 10,
    forecast_category: 'pipeline',
  });
  for (const custom of CUSTOM_FIELDS) await engine.defineField(tenant, { object: 'deal', ...custom });
  const ids: string[] = [];
  for (const deal of deals) {
    const id = newId();
    ids.push(id);
    await sql(
      `insert into opportunity (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, created_at, created_by_kind, updated_at,
         updated_by_kind, pipeline_id, stage_id, name_composed, account_id, owner_id, amount, currency, base_amount, base_currency, close_date,
         closed_at, probability, type, next_step, next_step_norm)
       values ($1, $2, $3, $4, $4, $3, $4, ${SYSTEM}, $5, $6, $7, $8, $9, $10, $11, $12, 'EUR', $13, $14, $15, $16, $17, $18)`,
      [
        id,
        deal.name,
        normOf(deal.name),
        pipeline,
        stage,
        deal.composed,
        deal.account === null ? null : accounts[deal.account],
        deal.owner === null ? null : members[deal.owner],
        deal.amount === null ? null : String(deal.amount),
        deal.currency,
        // The rates of the test: an amount in another currency is worth three times as much.
        deal.amount === null ? null : String(deal.currency === 'EUR' ? deal.amount : deal.amount * 3n),
        deal.closeDate,
        deal.closedAt,
        deal.probability,
        deal.type,
        deal.nextStep,
        normOf(deal.nextStep),
      ],
    );
    for (const tag of new Set(deal.tags))
      await sql(`insert into record_tag (tenant_id, object, record_id, tag_id) values ($1, 'deal', $2, $3)`, [
        id,
        tags[tag],
      ]);
  }
  const rows = deals.map(({ custom }, n) => ({ id: ids[n], custom }));
  const written = await engine.call(tenant, 'POST', '/deals/bulk', { action: 'update', rows });
  if (written.status !== 200 || written.body.counts.failed)
    throw new Error(JSON.stringify(written.body).slice(0, 500));
  return {
    tenant,
    calendar,
    members,
    accounts,
    tags,
    deals: ids,
    person: (...roles) => engine.person(tenant, ...roles),
    async share(deal, memberId) {
      await sql(
        `insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access) values ($1, $2, 'deal', $3, 'member', $4, 'read')`,
        [newId(), deal, memberId],
      );
    },
    async give(table, id, memberId) {
      await sql(`update ${table} set owner_id = $3 where tenant_id = $1 and id = $2`, [id, memberId]);
    },
  };
}
