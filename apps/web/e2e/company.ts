import { type APIRequestContext, expect, type Page } from '@playwright/test';
import { recordMessages } from './messages';

export interface Company {
  name: string;
  /** Name of the person who logs in. */
  person: string;
  email: string;
  password: string;
  token: string;
  memberId: string;
}

let count = 0;

/** A company that no other test uses, registered through the API. */
export async function registerCompany(request: APIRequestContext): Promise<Company> {
  count += 1;
  const unique = `${Date.now().toString(36)}${process.pid.toString(36)}${count}`;
  const company = {
    name: `Company ${unique}`,
    person: 'Rita Sommer',
    email: `rita-${unique}@example.com`,
    password: 'clear water at dawn',
  };
  const answer = await request.post('/api/v1/auth/register', {
    data: {
      companyName: company.name,
      subdomain: `c-${unique}`,
      name: company.person,
      email: company.email,
      password: company.password,
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  const { accessToken, user } = await answer.json();
  return { ...company, token: accessToken, memberId: user.memberId };
}

/** Sends a write to the API as that company, without the browser. Out: the body of the answer. */
export async function send(
  request: APIRequestContext,
  company: Company,
  method: 'POST' | 'PATCH' | 'PUT' | 'GET' | 'DELETE',
  path: string,
  data?: unknown,
): Promise<any> {
  const answer = await request.fetch(`/api/v1${path}`, {
    method,
    data,
    headers: { Authorization: `Bearer ${company.token}` },
  });
  expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
  return answer.status() === 204 ? undefined : answer.json();
}

/**
 * Opens a page as a logged-in person: sets the session cookie, as if they had logged in some time ago. session.spec.ts
 * tests the log-in form.
 * @param path the page to open; without it the home page
 */
export async function logIn(page: Page, company: Company, path?: string): Promise<void> {
  const { email, password } = company;
  const answer = await page.request.post('/api/v1/auth/login', { data: { email, password } });
  expect(answer.status(), await answer.text()).toBe(200);
  await recordMessages(page);
  await page.goto(path ?? '/');
  // From then on keys have an effect, and nothing interrupts the renewal of the session.
  await expect(page.locator('#until-drawn')).toHaveCount(0);
  if (!path) await expect(page.getByRole('heading', { name: company.person.split(' ')[0]! })).toBeVisible();
}

/** Creates an account for each name, with employees 10, 20, 30, … */
export async function createAccounts(
  request: APIRequestContext,
  company: Company,
  names: string[],
): Promise<{ id: string }[]> {
  const accounts: { id: string }[] = [];
  for (const [index, name] of names.entries()) {
    accounts.push(await send(request, company, 'POST', '/accounts', { name, employees: (index + 1) * 10 }));
  }
  return accounts;
}
