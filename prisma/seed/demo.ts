/**
 * Fills a demo company through the public API, as a customer's integration would, and prints its log-in. Run by `npm
 * start -- --demo`. A second run finds the existing company and only prints the log-in.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { demoActivities } from './demo-activities.js';
import { companies, PRODUCTS, person, randomFrom, TAGS, TEAMS } from './demo-data.js';

const base = `${process.env['PELLUCID_URL'] ?? 'http://127.0.0.1:3000'}/api/v1`;
const login = { email: 'demo@pellucid.example', password: 'walk-along-the-tideline' };
let token = '';

async function call(method: string, path: string, body?: unknown): Promise<any> {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok)
    throw Object.assign(new Error(`${method} ${path}: ${response.status} ${text}`), {
      status: response.status,
    });
  return text ? JSON.parse(text) : undefined;
}

/** Creates records in bulk and returns their ids in order. */
async function createAll(path: string, rows: object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < rows.length; from += 250) {
    const { results } = await call('POST', `${path}/bulk`, {
      action: 'create',
      rows: rows.slice(from, from + 250),
    });
    const failed = results.find((r: any) => r.status === 'failed');
    if (failed) throw new Error(`${path}: row ${failed.index}: ${JSON.stringify(failed.errors)}`);
    ids.push(...results.map((r: any) => r.id));
  }
  return ids;
}

/** Returns a day relative to today, as YYYY-MM-DD. */
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

async function fill(): Promise<void> {
  const random = randomFrom(20_26);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

  const registered = await call('POST', '/auth/register', {
    companyName: 'Tideline Software',
    subdomain: 'tideline',
    name: 'Robin Demo',
    ...login,
  });
  token = registered.accessToken;
  await call('PATCH', '/settings', { baseCurrency: 'EUR', zone: 'Europe/Berlin' });

  const managers = await createAll(
    '/members',
    TEAMS.map((t) => ({ name: t.manager, email: mail(t.manager) })),
  );
  const teams = await createAll(
    '/teams',
    TEAMS.map((t, i) => ({ name: t.name, manager: managers[i] })),
  );
  await call('POST', '/members/bulk', {
    action: 'update',
    rows: managers.map((id, i) => ({ id, team: teams[i] })),
  });
  const reps = await createAll(
    '/members',
    TEAMS.flatMap((t, i) =>
      t.reps.map((name) => ({ name, email: mail(name), team: teams[i], manager: managers[i] })),
    ),
  );
  const products = await createAll(
    '/products',
    PRODUCTS.map((p) => ({ ...p, currency: 'EUR' })),
  );
  const tags = await createAll('/tags', TAGS);

  const firms = companies();
  const accounts = await createAll(
    '/accounts',
    firms.map((f, i) => ({
      ...f,
      owner: reps[i % reps.length],
      tags: i % 6 === 0 ? [tags[0]] : i % 9 === 0 ? [tags[3]] : [],
    })),
  );
  const contacts = await createAll(
    '/contacts',
    firms.flatMap((f, i) =>
      Array.from({ length: 1 + (i % 4) }, (_, k) => ({
        ...person(i * 4 + k, new URL(f.website).hostname, f.phone.slice(0, -5)),
        account: accounts[i],
        owner: reps[i % reps.length],
      })),
    ),
  );

  await createAll(
    '/leads',
    Array.from({ length: 48 }, (_, i) => {
      const source = ['Web', 'Referral', 'Event', 'Phone'][i % 4]!;
      const { jobTitle, ...who } = person(300 + i, `prospect${i}.example`);
      return {
        ...who,
        jobTitle,
        company: `${who.lastName} ${pick(['Group', 'Partners', 'Works', 'Studio'])}`,
        rating: pick(['Hot', 'Warm', 'Cold']),
        // Most have been called already; a quarter is still new.
        status: (['New', 'Working', 'Nurturing', 'Working'] as const)[i % 4],
        owner: pick(reps),
        source,
      };
    }),
  );

  const pipeline = (await call('GET', '/pipelines')).data.find((p: any) => p.isDefault);
  const stages = (await call('GET', '/stages?limit=200')).data
    .filter((s: any) => s.pipeline.id === pipeline.id)
    .sort((a: any, b: any) => a.position - b.position);
  const open = stages.filter((s: any) => s.category === 'open');
  const deals = Array.from({ length: 180 }, (_, i) => {
    const at = Math.floor(random() * accounts.length);
    const product = Math.floor(random() * products.length);
    const outcome = i < 70 ? 'won' : i < 105 ? 'lost' : 'open';
    // A few open deals are overdue; closed ones were closed before today.
    const closing = outcome === 'open' ? Math.floor(random() * 84) - 4 : -1 - Math.floor(random() * 200);
    return {
      outcome,
      closing,
      values: {
        account: accounts[at],
        product: products[product],
        owner: reps[at % reps.length],
        amount: (Number(PRODUCTS[product]!.price) * (1 + Math.floor(random() * 6))).toFixed(2),
        currency: 'EUR',
        stage: pick<any>(open).id,
        engageDate: day(Math.min(closing, 0) - 20 - Math.floor(random() * 60)),
        closeDate: day(closing),
        ...(outcome === 'open' && i % 7 === 0 ? { tags: [tags[2]] } : {}),
      },
    };
  });
  const opportunities = await createAll(
    '/opportunities',
    deals.map((d) => d.values),
  );
  for (const [i, deal] of deals.entries()) {
    if (deal.outcome === 'won')
      await call('POST', `/opportunities/${opportunities[i]}/win`, { closeDate: day(deal.closing) });
    if (deal.outcome === 'lost')
      await call('POST', `/opportunities/${opportunities[i]}/lose`, {
        reason: pick(['Price', 'Timing', 'Competitor', 'No decision']),
      });
  }
  const running = deals.flatMap(({ outcome, values }, i) =>
    outcome === 'open' ? [{ id: opportunities[i]!, account: values.account!, owner: values.owner! }] : [],
  );
  const activities = demoActivities(running, registered.user.memberId, Date.now());
  for (const [plural, rows] of Object.entries(activities)) await createAll(`/${plural}`, rows);
  await confirmAddress();
  process.stdout.write(
    `  ${accounts.length} accounts, ${contacts.length} contacts, 48 leads, ${opportunities.length} opportunities, ${Object.values(activities).flat().length} activities, ${reps.length + managers.length + 1} people\n`,
  );
}

/**
 * Opens the link in the mail that confirms the demo's address, as its owner would: without SMTP, mails are files. It
 * was sent when filling began, so it exists by now; if not, the app keeps asking for confirmation.
 */
async function confirmAddress(): Promise<void> {
  if (process.env['SMTP_URL']) return;
  const outbox = join(process.env['PELLUCID_DATA_DIR'] ?? '.data', 'outbox');
  for (let attempt = 0; attempt < 20; attempt += 1) {
    for (const file of await readdir(outbox).catch(() => [])) {
      // Quoted-printable wraps long lines and writes "=" as "=3D".
      const text = (await readFile(join(outbox, file), 'utf8')).replace(/=\r?\n/g, '').replace(/=3D/g, '=');
      const found = /\/verify-email\?token=([\w-]+)/.exec(text)?.[1];
      if (found && text.includes(`To: ${login.email}`))
        return call('POST', '/auth/verify-email', { token: found });
    }
    await delay(250);
  }
}

function mail(name: string): string {
  return `${name.toLowerCase().replace(/\s+/g, '.')}@tideline.example`;
}

/** Whether the demo company already exists. */
async function isThere(): Promise<boolean> {
  try {
    await call('POST', '/auth/login', login);
    return true;
  } catch (error) {
    if ((error as { status?: number }).status === 401) return false;
    throw error;
  }
}

try {
  if (!(await isThere())) await fill();
  process.stdout.write(`  Demo log-in: ${login.email} / ${login.password}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
