import { expect, type Page, test } from './test';
import { logIn, registerCompany, send } from './company';
import { expectUsable, SCREENS } from './usable';

/** Takes screenshots where PELLUCID_SHOTS names a folder. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['PELLUCID_SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
}

test('the rules are usable on both screens', async ({ page, request }) => {
  const company = await registerCompany(request);
  const team = (await send(request, company, 'POST', '/teams', { name: 'Northern sales' })).id;
  const condition = {
    any: [
      { field: 'country', op: 'in', value: ['Norway', 'Sweden', 'Denmark'] },
      { field: 'industry', op: 'eq', value: 'Technology' },
    ],
  };
  const territory = await send(request, company, 'POST', '/territories', {
    name: 'Nordics',
    condition,
    team,
  });
  for (const body of [
    { name: 'Hot leads of the north', condition, territory: territory.id },
    { name: 'By territory', target: { kind: 'territory', method: 'load', limit: 20 } },
    { name: 'All others', isActive: false },
  ])
    await send(request, company, 'POST', '/assignment-rules', {
      target: { kind: 'team', team, method: 'roundRobin' },
      ...body,
    });
  await logIn(page, company, '/settings/assignment');
  const rules = page.getByRole('list', { name: 'Assignment rules' }).getByRole('listitem');
  for (const [name, { viewport }] of Object.entries(SCREENS)) {
    await page.setViewportSize(viewport);
    await expect(rules).toHaveCount(3);
    await shot(page, `rules-${name}`);
    await expectUsable(page, `the rules, ${name}`);
    await page.getByRole('button', { name: 'By territory', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Edit By territory' })).toBeVisible();
    await shot(page, `dialog-${name}`);
    await expectUsable(page, `a rule, ${name}`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
});
