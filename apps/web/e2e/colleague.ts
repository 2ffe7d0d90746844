import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type APIRequestContext, expect } from '@playwright/test';
import { type Company, send } from './company';

/** The token of the newest invitation of somebody; mails are files in the data directory. */
async function mailedToken(email: string): Promise<string | undefined> {
  const outbox = join(process.env['PELLUCID_E2E_DATA'] ?? '', 'outbox');
  const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
  for (const name of names.reverse()) {
    // Quoted-printable folds long lines and writes "=" as "=3D".
    const mail = (await readFile(join(outbox, name), 'utf8')).replace(/=\r?\n/g, '').replace(/=3D/g, '=');
    if (mail.includes(email)) return /\?token=([\w.~-]+)/.exec(mail)?.[1];
  }
  return undefined;
}

/** Somebody of the company with these roles, who came by the invitation they were mailed. */
export async function joinCompany(
  request: APIRequestContext,
  company: Company,
  { name, roleIds }: { name: string; roleIds: string[] },
): Promise<Company> {
  const email = company.email.replace('rita', name.split(' ')[0]?.toLowerCase() ?? 'kim');
  const password = 'lantern over quiet water';
  await send(request, company, 'POST', '/members/invite', { email, name, roleIds });
  await expect.poll(() => mailedToken(email), { timeout: 20_000 }).toBeTruthy();
  const answer = await request.post('/api/v1/auth/accept-invite', {
    data: { token: await mailedToken(email), name, password },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { accessToken, user } = await answer.json();
  return { ...company, email, password, token: accessToken, memberId: user.memberId };
}
