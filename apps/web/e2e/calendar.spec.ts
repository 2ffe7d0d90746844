import { expect, type Locator, type Page, test } from './test';
import { joinCompany } from './colleague';
import { type Company, logIn, registerCompany, send } from './company';
import { expectMessage } from './messages';
import { SCREENS, expectUsableOn } from './usable';

let company: Company;
/** A Wednesday, so that its week is the same wherever weeks start. */
const DAY = '2027-03-10';
const NEXT = '2027-03-11';

const event = (page: Page, name: RegExp | string): Locator =>
  page.locator('[data-event]').and(page.getByRole('button', { name }));
const column = (page: Page, day: string) => page.locator(`[data-hours][data-day="${day}"]`);

/** Drags from one point to another, with steps in between as a hand makes them. */
async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
}

const boxOf = async (locator: Locator) => (await locator.boundingBox())!;

test.beforeEach(async ({ request }) => {
  company = await registerCompany(request);
  await send(request, company, 'PATCH', '/settings', { zone: 'Europe/Zurich', weekStart: 1 });
});

test('a meeting is moved and stretched by mouse and by keyboard, and put back', async ({ page, request }) => {
  const meeting = await send(request, company, 'POST', '/meetings', {
    name: 'Review',
    startsAt: `${DAY}T09:00:00Z`,
    endsAt: `${DAY}T10:00:00Z`,
  });
  const stored = async () => {
    const { startsAt, endsAt } = await send(request, company, 'GET', `/meetings/${meeting.id}`);
    return [startsAt, endsAt].map((instant: string) => instant.slice(5, 16));
  };
  await logIn(page, company, `/calendar?view=week&day=${DAY}`);
  const review = event(page, /Meeting: Review/);
  await expect(review).toHaveAccessibleName(/Wednesday, March 10, 10:00.*11:00/);
  const box = await boxOf(review);
  const next = await boxOf(column(page, NEXT));
  await drag(page, { x: box.x + 20, y: box.y + 10 }, { x: next.x + 20, y: box.y + 10 + 48 });
  await expectMessage(page, 'Review was moved.');
  await expect.poll(stored).toEqual(['03-11T10:00', '03-11T11:00']);
  await expect(review).toHaveAccessibleName(/Thursday, March 11, 11:00.*12:00/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(review).toHaveAccessibleName(/Wednesday, March 10, 10:00/);

  const edge = await boxOf(review.locator('[data-edge]'));
  await drag(page, { x: edge.x + 20, y: edge.y + 3 }, { x: edge.x + 20, y: edge.y + 3 + 24 });
  await expect.poll(stored).toEqual(['03-10T09:00', '03-10T10:30']);

  await review.focus();
  await page.keyboard.down('Alt');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(review).toBeFocused();
  await expect(page.getByRole('status').filter({ hasText: 'Thursday, March 11' })).toHaveCount(1);
  await page.keyboard.up('Alt');
  await expect.poll(stored).toEqual(['03-11T09:30', '03-11T11:00']);
  await expect(review).toBeFocused();
  await page.keyboard.press('Alt+Shift+ArrowUp');
  await expect.poll(stored).toEqual(['03-11T09:30', '03-11T10:45']);
  // Esc puts it back, and saves nothing.
  await page.keyboard.down('Alt');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Escape');
  await page.keyboard.up('Alt');
  await expect(review).toHaveAccessibleName(/10:30.*11:45/);
});

test('empty time that is dragged over becomes a call, and a task is planned by pulling it into the hours', async ({
  page,
  request,
}) => {
  const task = await send(request, company, 'POST', '/tasks', { name: 'Tidy up', due: DAY });
  await logIn(page, company, `/calendar?view=week&day=${DAY}`);
  const hours = await boxOf(column(page, DAY));
  const scroller = await boxOf(page.getByRole('region', { name: 'Hours of the day' }));
  const at = (hour: number) => ({ x: hours.x + hours.width / 2, y: hours.y + hour * 48 });
  expect(at(9).y).toBeGreaterThan(scroller.y);
  await drag(page, at(9), at(10));
  await page.getByRole('menuitem', { name: 'New Call' }).click();
  await page.getByRole('textbox', { name: 'Subject' }).fill('Ask about the offer');
  await page.getByRole('button', { name: /^(Create|Save)/ }).click();
  await expect(event(page, /Call: Ask about the offer, Wednesday, March 10, 9:00.*10:00/)).toBeVisible();

  const tidy = event(page, /Task: Tidy up/);
  const box = await boxOf(tidy);
  await drag(page, { x: box.x + 20, y: box.y + 8 }, at(13));
  await expect(tidy).toHaveAccessibleName(/1:00.*PM/);
  await expect
    .poll(async () => (await send(request, company, 'GET', `/tasks/${task.id}`)).startsAt)
    .toContain(`${DAY}T12:00`);
});

test('a conflict is shown before somebody else’s time is overwritten', async ({ page, request }) => {
  const body = { name: 'Review', startsAt: `${DAY}T09:00:00Z`, endsAt: `${DAY}T10:00:00Z` };
  const meeting = await send(request, company, 'POST', '/meetings', body);
  await logIn(page, company, `/calendar?view=day&day=${DAY}`);
  const review = event(page, /Meeting: Review/);
  await review.focus();
  await page.keyboard.down('Alt');
  await page.keyboard.press('ArrowDown');
  // While it is being moved, somebody else moves it.
  await send(request, company, 'PATCH', `/meetings/${meeting.id}`, { startsAt: `${DAY}T12:00:00Z` });
  await page.keyboard.up('Alt');
  await expect(page.getByRole('dialog')).toContainText('Starts');
});

test('days on which clocks change have 23 and 25 hours, and events stand at their own time', async ({
  page,
  request,
}) => {
  const meetings = [
    ['Early', '2027-03-28T00:30:00Z'],
    ['Morning', '2027-03-28T07:00:00Z'],
    ['First', '2027-10-31T00:30:00Z'],
    ['Second', '2027-10-31T01:30:00Z'],
  ] as const;
  for (const [name, startsAt] of meetings)
    await send(request, company, 'POST', '/meetings', { name, startsAt });
  await logIn(page, company, '/calendar?view=day&day=2027-03-28');
  const top = async (name: string) => (await boxOf(event(page, new RegExp(`: ${name}`)))).y;
  await expect(event(page, /Morning.*9:00.*AM/)).toBeVisible();
  // From half past one to nine o'clock, six and a half hours pass.
  expect((await top('Morning')) - (await top('Early'))).toBeCloseTo(6.5 * 48, 0);
  expect((await boxOf(column(page, '2027-03-28'))).height).toBeCloseTo(23 * 48, 0);
  await page.goto('/calendar?view=day&day=2027-10-31');
  await expect(event(page, /Second.*2:30.*GMT\+1/)).toBeVisible();
  await expect(event(page, /First.*2:30.*GMT\+2/)).toBeVisible();
  expect((await top('Second')) - (await top('First'))).toBeCloseTo(48, 0);
  expect((await boxOf(column(page, '2027-10-31'))).height).toBeCloseTo(25 * 48, 0);
});

test('the calendar of a colleague shows what one may see of it, in their colour', async ({
  page,
  request,
}) => {
  const kinds = ['account', 'meeting'];
  const { id } = await send(request, company, 'POST', '/roles', {
    name: 'Own records',
    permissions: [
      { object: 'member', action: 'read', scope: 'all' },
      ...kinds.flatMap((object) =>
        ['read', 'create', 'update'].map((action) => ({ object, action, scope: 'own' })),
      ),
    ],
    system: [],
  });
  const kim = await joinCompany(request, company, { name: 'Kim Novak', roleIds: [id] });
  const account = await send(request, company, 'POST', '/accounts', { name: 'Acme', owner: kim.memberId });
  const at = { startsAt: `${DAY}T09:00:00Z`, endsAt: `${DAY}T10:00:00Z` };
  await send(request, company, 'POST', '/meetings', { name: 'Secret', ...at });
  await send(request, company, 'POST', '/meetings', {
    name: 'Shared',
    ...at,
    about: [{ object: 'account', id: account.id }],
  });
  await send(request, kim, 'POST', '/meetings', { name: 'Mine', ...at });
  await logIn(page, kim, `/calendar?view=day&day=${DAY}&people=${kim.memberId},${company.memberId}`);
  await expect(event(page, /Shared.*Rita Sommer/)).toBeVisible();
  await expect(event(page, /Mine.*Kim Novak/)).toBeVisible();
  await expect(event(page, /Secret/)).toHaveCount(0);
  const colour = (name: string) =>
    event(page, new RegExp(name)).evaluate((element) => getComputedStyle(element).borderLeftColor);
  expect(await colour('Shared')).not.toBe(await colour('Mine'));
  // They overlap, so they stand beside each other.
  const [shared, mine] = [await boxOf(event(page, /Shared/)), await boxOf(event(page, /Mine/))];
  expect(Math.abs(shared.x - mine.x)).toBeGreaterThan(Math.min(shared.width, mine.width) - 4);
  await page.getByRole('button', { name: 'Hide Rita Sommer' }).click();
  await expect(event(page, /Shared/)).toHaveCount(0);
});

test('a month shows closing deals and the rest of a full day, and days are walked through', async ({
  page,
  request,
}) => {
  for (let n = 1; n <= 8; n++)
    await send(request, company, 'POST', '/tasks', { name: `Task ${n}`, due: DAY });
  const { data: pipelines } = await send(request, company, 'GET', '/pipelines');
  const account = await send(request, company, 'POST', '/accounts', { name: 'Acme' });
  const deal = await send(request, company, 'POST', '/opportunities', {
    name: 'Big deal',
    account: account.id,
    pipeline: pipelines[0].id,
    closeDate: NEXT,
  });
  await logIn(page, company, `/calendar?view=month&day=${DAY}`);
  await expect(page.getByRole('heading', { name: 'March 2027' })).toBeVisible();
  const closing = event(page, /Opportunity closing: Big deal, Thursday, March 11/);
  await closing.focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expectMessage(page, 'Big deal was moved.');
  expect((await send(request, company, 'GET', `/opportunities/${deal.id}`)).closeDate).toBe('2027-03-18');
  await page.getByRole('button', { name: /^\+4 more/ }).click();
  await expect(page.getByRole('dialog').getByRole('button', { name: /Task: Task/ })).toHaveCount(8);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Next month' }).click();
  await expect(page.getByRole('heading', { name: 'April 2027' })).toBeVisible();
  await expect(page).toHaveURL(/day=2027-04-10/);
  await page.getByRole('button', { name: 'Today' }).click();
  await expect(page.locator('[aria-current=date]')).toHaveCount(1);
});

for (const screen of Object.keys(SCREENS) as (keyof typeof SCREENS)[])
  test(`the calendar passes axe and does not scroll sideways: ${screen}`, async ({ page, request }) => {
    const expectUsable = expectUsableOn(screen);
    await page.setViewportSize(SCREENS[screen].viewport);
    const at = (hour: number) => `${DAY}T${String(hour).padStart(2, '0')}:00:00Z`;
    await send(request, company, 'POST', '/tasks', { name: 'Send the offer', due: DAY });
    await send(request, company, 'POST', '/calls', { name: 'Call Acme', startsAt: at(8), duration: 15 });
    await send(request, company, 'POST', '/meetings', { name: 'Review', startsAt: at(9), endsAt: at(11) });
    await send(request, company, 'POST', '/meetings', { name: 'Stand-up', startsAt: at(10), endsAt: at(12) });
    await send(request, company, 'POST', '/meetings', {
      name: 'Fair in Basel',
      startsAt: at(8),
      endsAt: '2027-03-12T16:00:00Z',
    });
    await logIn(page, company, `/calendar?day=${DAY}`);
    for (const view of ['month', 'week', 'day', 'agenda']) {
      await page.goto(`/calendar?view=${view}&day=${DAY}`);
      if (view === 'month' && screen === 'narrow')
        await expect(page.getByRole('button', { name: /March 10, 5 events/ })).toBeVisible();
      else await expect(event(page, /Fair in Basel/).first()).toBeVisible();
      await expectUsable(page, `calendar-${view}`);
    }
  });
