import { type APIRequestContext, expect } from '@playwright/test';
import { type Company, send } from './company';
import { mailedToken } from './mails';

/** A person with these roles, who joins the company through a mailed invitation. */
export async function joinCompany(
  request: APIRequestContext,
  company: Company,
  { name, roleIds }: { name: string; roleIds: string[] },
): Promise<Company> {
  const email = company.email.replace('rita', name.split(' ')[0]?.toLowerCase() ?? 'kim');
  const password = 'lantern over quiet water';
  await send(request, company, 'POST', '/members/invite', { email, name, roleIds });
  const answer = await request.post('/api/v1/auth/accept-invite', {
    data: { token: await mailedToken(email), name, password },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { accessToken, user } = await answer.json();
  return { ...company, person: name, email, password, token: accessToken, memberId: user.memberId };
}
