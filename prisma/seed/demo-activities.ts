/** Tasks, calls and meetings of the demo company, around the day on which it is filled. Everything is invented. */

const DAY_MS = 86_400_000;
const ZONE = 'Europe/Berlin';

/** A deal, as far as activities are about it. */
export interface DemoDeal {
  id: string;
  account: string;
  owner: string;
}

const TASKS = [
  'Send the offer',
  'Prepare the demo',
  'Ask for the purchase order',
  'Check the contract',
  'Update the close plan',
  'Collect open questions',
];
const CALLS = ['Ask about the offer', 'First call', 'Follow up on the demo', 'Clarify the budget'];
const MEETINGS = ['Product demo', 'Kick-off', 'Review of the offer', 'Workshop on requirements'];
const TIMES = ['08:30', '09:00', '10:00', '11:30', '13:00', '14:30', '16:00'];

const dayFrom = (now: number, offset: number) => new Date(now + offset * DAY_MS).toISOString().slice(0, 10);
const isWorkday = (day: string) => ![0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());

/** The instant of a time of day in the company's zone. */
function at(day: string, time: string): string {
  const utc = new Date(`${day}T${time}:00Z`);
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' });
  const [hour = 0, minute = 0] = local.format(utc).split(':').map(Number);
  const [asked = 0, askedMinute = 0] = time.split(':').map(Number);
  const ahead = ((hour * 60 + minute - asked * 60 - askedMinute + 1440 + 720) % 1440) - 720;
  return new Date(utc.getTime() - ahead * 60_000).toISOString();
}

/**
 * Returns the activities of two weeks before and three weeks after a day. What has passed is mostly done; every third open deal has
 * no next step.
 * @param me whose days are the fullest: the person who logs in
 */
export function demoActivities(deals: DemoDeal[], me: string, now: number) {
  const tasks: object[] = [];
  const calls: object[] = [];
  const meetings: object[] = [];
  const days = Array.from({ length: 35 }, (_, n) => ({ day: dayFrom(now, n - 14), isPast: n < 14 }));
  const workdays = days.filter(({ day }) => isWorkday(day));
  const about = ({ id, account }: DemoDeal) => [
    { object: 'opportunity', id },
    { object: 'account', id: account },
  ];
  const planned = deals.filter((_, n) => n % 3 !== 2);
  let turn = 0;
  for (const { day, isPast } of workdays)
    for (const owner of [me, ...new Set(planned.map((deal) => deal.owner))]) {
      turn += 1;
      const deal = planned[turn % planned.length];
      if (!deal || (owner !== me && turn % 2)) continue;
      const shared = { about: about(deal), owner };
      const time = TIMES[turn % TIMES.length]!;
      // A few of what has passed were left undone.
      const isDone = isPast && turn % 9 !== 0;
      if (owner === me || turn % 4 === 0)
        tasks.push({
          ...shared,
          name: TASKS[turn % TASKS.length],
          due: day,
          priority: ['Normal', 'High', 'Normal', 'Low', 'Urgent'][turn % 5],
          ...(isDone && { status: 'Done' }),
        });
      if (turn % 3 === 0)
        calls.push({
          ...shared,
          name: CALLS[turn % CALLS.length],
          startsAt: at(day, time),
          duration: 15 + (turn % 3) * 15,
          ...(isDone && { status: 'Done', outcome: turn % 2 ? 'Connected' : 'Left voicemail' }),
        });
      if (turn % 4 === 1 || owner === me)
        meetings.push({
          ...shared,
          name: MEETINGS[turn % MEETINGS.length],
          startsAt: at(day, TIMES[(turn + 3) % TIMES.length]!),
          endsAt: new Date(
            Date.parse(at(day, TIMES[(turn + 3) % TIMES.length]!)) + (turn % 2 ? 60 : 90) * 60_000,
          ).toISOString(),
          ...(isDone && { status: 'Done', outcome: 'Held' }),
        });
    }
  return { tasks, calls, meetings };
}
