import { expect, type Page, test } from './test';
import { joinCompany } from './colleague';
import { logIn, registerCompany, send } from './company';

declare global {
  /** What hostile texts call. */
  var hostile: (() => void) | undefined;
  /** Whether one of them ran. */
  var hostileRan: boolean | undefined;
}

/** Texts that run something where a page reads them as more than text. */
const TEXTS = [
  '<script>hostile()</script>',
  '<ScRiPt>hostile()</sCrIpT>',
  '"><script>hostile()</script>',
  "'><script>hostile()</script>",
  '</title><script>hostile()</script>',
  '</textarea><script>hostile()</script>',
  '--><script>hostile()</script>',
  ']]><script>hostile()</script>',
  '<img src=x onerror=hostile()>',
  '<img src=x onerror="hostile()" style="display:none">',
  '"><img src=x onerror=hostile()>',
  '" autofocus onfocus=hostile() x="',
  "' autofocus onfocus=hostile() x='",
  '<svg onload=hostile()>',
  '<svg><script>hostile()</script></svg>',
  '<svg><animate onbegin=hostile() attributeName=x dur=1s>',
  '<math><mtext><img src=x onerror=hostile()></mtext></math>',
  '<iframe srcdoc="<script>parent.hostile()</script>">',
  '<iframe src="javascript:parent.hostile()">',
  '<body onload=hostile()>',
  '<details open ontoggle=hostile()>',
  '<video><source onerror=hostile()></video>',
  '<template><img src=x onerror=hostile()></template>',
  '<a href="javascript:hostile()">Click</a>',
  '[Click](javascript:hostile())',
  '[Click](data:text/html,<script>hostile()</script>)',
  'javascript:hostile()',
  'java\u200bscript:hostile()',
  '{{constructor.constructor("hostile()")()}}',
  '`$'.concat('{hostile()}`'),
  '\u202e<script>hostile()</script>',
  '＜script＞hostile()＜/script＞',
  '<img src=x onerror=&#104;&#111;stile()>',
];

/** Makes pages of the tab tell whether a text ran. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.hostile = () => {
      globalThis.hostileRan = true;
    };
  });
  page.on('dialog', (dialog) => {
    throw new Error(`a text opened a dialog: ${dialog.message()}`);
  });
}

/** Expects that no text ran, and that none became an element. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    ran: globalThis.hostileRan ?? false,
    elements: [
      ...document.querySelectorAll(
        '[onerror],[onload],[onfocus],[onbegin],[ontoggle],iframe[srcdoc],math,template img,a[href^="javascript:"],a[href^="data:"]',
      ),
    ].map((element) => element.outerHTML),
    scripts: [...document.scripts].filter((script) => script.textContent?.includes('hostile()')).length,
  }));
  expect(found).toEqual({ ran: false, elements: [], scripts: 0 });
}

const docOf = (texts: string[]) => ({
  type: 'doc',
  content: texts.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
});

test('texts of every kind are shown as texts, and run nothing', async ({ page, browser }) => {
  test.slow();
  const company = await registerCompany(page.request);
  const write = (path: string, body: object, who = company) => send(page.request, who, 'POST', path, body);
  const bulk = (path: string, rows: object[]) => write(`${path}/bulk`, { action: 'create', rows });
  const other = await browser.newContext();
  const { data: roles } = await send(page.request, company, 'GET', '/roles');
  const admin = roles.find((role: { key: string }) => role.key === 'companyAdmin');
  const kim = await joinCompany(other.request, company, { name: 'Kim Weber', roleIds: [admin.id] });
  await other.close();

  // Kim gives it to Rita, who is notified.
  const main = await write('/accounts', { name: TEXTS[8], owner: company.memberId, city: TEXTS[0] }, kim);
  const about = [{ object: 'account', id: main.id }];
  await send(page.request, kim, 'PATCH', `/accounts/${main.id}`, { description: TEXTS.join('\n') });
  await bulk(
    '/accounts',
    TEXTS.map((name) => ({ name, city: name, description: name })),
  );
  await bulk(
    '/contacts',
    TEXTS.map((lastName) => ({ lastName, firstName: 'Hostile', jobTitle: lastName, account: main.id })),
  );
  await bulk(
    '/leads',
    TEXTS.map((lastName) => ({ lastName, company: lastName, description: lastName })),
  );
  await bulk(
    '/products',
    TEXTS.map((name, n) => ({ name, sku: `hostile-${n}` })),
  );
  await bulk(
    '/opportunities',
    TEXTS.map((name) => ({ name, nextStep: name, account: main.id })),
  );
  await bulk(
    '/tasks',
    TEXTS.map((name) => ({ name, description: name, about, due: '2026-01-01' })),
  );
  await write('/notes', { title: TEXTS[9], body: docOf(TEXTS), about });
  await write('/notes', { body: TEXTS.join('\n\n'), about });
  const { id: comment } = await write('/comments', { body: docOf(TEXTS), about });
  await write('/comments', { body: TEXTS.join('\n\n'), parent: comment });

  await watch(page);
  const text = TEXTS[8]!;
  await logIn(page, company, `/accounts/${main.id}`);
  await expect(page.getByRole('heading', { name: text })).toBeVisible();
  await expectHarmless(page);
  for (const path of [
    '/accounts',
    '/contacts',
    '/leads',
    '/products',
    '/opportunities',
    '/opportunities/board',
    '/tasks',
    '/my-day',
    '/notes',
    '/comments',
    '/notifications',
    '/search?q=hostile',
  ]) {
    await page.goto(path);
    await expect(page.getByText('hostile()').first(), path).toBeVisible();
    await expectHarmless(page);
  }
  for (const tab of ['timeline', 'notes', 'comments', 'overview']) {
    await page.goto(`/accounts/${main.id}?tab=${tab}`);
    await expect(page.getByRole('tabpanel').getByText('hostile()').first(), tab).toBeVisible();
    await expectHarmless(page);
  }

  // What is typed is shown as it was typed.
  await page.goto(`/accounts/${main.id}?tab=comments`);
  await page.getByRole('button', { name: 'Write a comment' }).click();
  const editor = page.getByRole('textbox', { name: 'Text of the comment' });
  await editor.focus();
  for (const each of TEXTS) {
    await page.keyboard.insertText(`Typed ${each}`);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.press('Control+Enter');
  const typed = page
    .getByRole('list', { name: 'Comments' })
    .getByRole('article')
    .filter({ hasText: `Typed ${TEXTS[0]}` });
  // Backticks make code of what they enclose, as in Markdown.
  for (const each of TEXTS) await expect(typed).toContainText(`Typed ${each.replaceAll('`', '')}`);
  await expectHarmless(page);

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await palette.getByRole('textbox').fill('hostile');
  await expect(palette.getByText('hostile()').first()).toBeVisible();
  await expectHarmless(page);
});
