import { type APIRequestContext, expect, type Page } from '@playwright/test';

export interface Company {
  name: string;
  /** Who logs in. */
  person: string;
  email: string;
  password: string;
  token: string;
  memberId: string;
}

let count = 0;

/** A company nobody else uses, registered over the API. */
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

/** Writes as that company, past the browser. Out: the answer's body. */
export async function send(
  request: APIRequestContext,
  company: Company,
  method: 'POST' | 'PATCH' | 'GET' | 'DELETE',
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

export async function logIn(page: Page, company: Company): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(company.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(company.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: company.person.split(' ')[0]! })).toBeVisible();
}

/** An account for each name, with employees 10, 20, 30, … */
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
