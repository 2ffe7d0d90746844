/** When a step is due and what its activity says. Days are `YYYY-MM-DD`, times `HH:MM`, instants ISO texts in UTC. */
import { dayAt, formatDay, parseDay, startOfDay } from '@pellucid/conditions';
import { USUAL_TIME, type StepKind } from './sequence-fields.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A step, as a sequence says it or a run keeps it. */
export interface Step {
  kind: StepKind;
  name: string;
  description: string | null;
  priority: string;
  wait: number;
  waitUnit: string;
  time: string | null;
  assignee: string;
  person: string | null;
}

/** Object of a step's activity, by its kind. */
export const OBJECT_OF = { Task: 'task', Call: 'call', Meeting: 'meeting', 'E-mail': 'task' } as const;

/** Whether the text is a time of day: `09:30`. */
export const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** Returns the day some days later; with working days, Saturdays and Sundays don't count, and none is returned. */
export function dayAfter(day: string, wait: number, waitUnit: string): string {
  let at = parseDay(day)!;
  if (waitUnit !== 'Working days') return formatDay(at + wait);
  // Day 0, 1970-01-01, was a Thursday.
  const isFree = (each: number) => [2, 3].includes(((each % 7) + 7) % 7);
  while (isFree(at)) at++;
  for (let left = wait; left > 0; left--) {
    at++;
    while (isFree(at)) at++;
  }
  return formatDay(at);
}

/** Returns the instant of a time on a day in a zone. A time that the clocks skip that day becomes the one an hour later. */
export function instantAt(day: string, time: string, zone: string): string {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const wanted = hours * HOUR + minutes * MINUTE;
  const start = startOfDay(parseDay(day)!, zone);
  const shown = (instant: number) => {
    const parts = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    }).format(instant);
    const [h, m] = parts.split(':').map(Number) as [number, number];
    return h * HOUR + m * MINUTE;
  };
  const at = start + wanted;
  return new Date(at + wanted - shown(at)).toISOString();
}

/** Returns the values of the step's activity, for a step that begins to wait now. @param now milliseconds since the epoch */
export function plannedStep(step: Step, now: number, zone: string): Record<string, unknown> {
  const today = formatDay(dayAt(now, zone));
  const day = dayAfter(today, step.wait, step.waitUnit);
  const said = { name: step.name, ...(step.description === null ? {} : { description: step.description }) };
  if (OBJECT_OF[step.kind] !== 'task')
    return { ...said, startsAt: instantAt(day, step.time ?? USUAL_TIME, zone) };
  return {
    ...said,
    priority: step.priority,
    due: day,
    ...(step.time === null ? {} : { remindAt: instantAt(day, step.time, zone) }),
  };
}
