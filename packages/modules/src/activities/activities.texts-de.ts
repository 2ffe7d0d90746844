import type { ObjectTexts } from '@pellucid/platform/records';

const fields = {
  name: 'Betreff',
  about: 'Bezug',
  participants: 'Teilnehmende',
  description: 'Beschreibung',
  startsAt: 'Wann',
  happensAt: 'Zeitpunkt',
};
const planned = {
  status: 'Status',
  completedAt: 'Erledigt am',
  outcome: 'Ergebnis',
  duration: 'Dauer (Minuten)',
  endsAt: 'Ende',
  remindAt: 'Erinnerung',
  sequenceRun: 'Aus der Sequenz',
  sequenceStep: 'Schritt der Sequenz',
};
const verbs = { complete: 'Erledigen', reopen: 'Wieder öffnen' };
const sections = { Details: 'Details', Status: 'Status', Time: 'Zeit' };
const sequenceRun = 'Wenn Sie die Aktivität erledigen, wird der nächste Schritt angelegt.';
const remindAt = 'Wann die zuständige Person erinnert wird. Wird beim Verschieben mit verschoben.';
const status = { Planned: 'Geplant', Done: 'Erledigt', Cancelled: 'Abgesagt' };
const direction = { Outbound: 'Ausgehend', Inbound: 'Eingehend' };

/** Tasks in German. */
export const taskTextsDe: ObjectTexts = {
  label: 'Aufgabe',
  pluralLabel: 'Aufgaben',
  verbs,
  fields: {
    ...fields,
    ...planned,
    priority: 'Priorität',
    due: 'Fällig',
    recurrence: 'Wiederholung',
    hasRecurred: 'Nächste angelegt',
    startsAt: 'Eingeplant für',
  },
  help: {
    remindAt,
    sequenceRun,
    recurrence: 'Wenn Sie die Aufgabe erledigen, wird die nächste angelegt.',
    startsAt: 'Wann Sie daran arbeiten wollen, falls Sie sich Zeit dafür freihalten.',
  },
  options: {
    status: {
      Open: 'Offen',
      'In progress': 'In Arbeit',
      Waiting: 'Wartet',
      Done: 'Erledigt',
      Cancelled: 'Verworfen',
    },
    recurrence: {
      'FREQ=DAILY': 'Jeden Tag',
      'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR': 'Jeden Werktag',
      'FREQ=WEEKLY': 'Jede Woche',
      'FREQ=WEEKLY;INTERVAL=2': 'Alle zwei Wochen',
      'FREQ=MONTHLY': 'Jeden Monat',
      'FREQ=MONTHLY;BYMONTHDAY=-1': 'Am letzten Tag des Monats',
      'FREQ=MONTHLY;INTERVAL=3': 'Jedes Quartal',
      'FREQ=YEARLY': 'Jedes Jahr',
    },
    priority: { Urgent: 'Dringend', High: 'Hoch', Normal: 'Normal', Low: 'Niedrig' },
  },
  sections,
};

/** Calls in German. */
export const callTextsDe: ObjectTexts = {
  label: 'Anruf',
  pluralLabel: 'Anrufe',
  verbs,
  fields: { ...fields, ...planned, direction: 'Richtung', description: 'Notizen' },
  help: { remindAt, sequenceRun, startsAt: 'Wenn leer, jetzt.' },
  options: {
    status,
    direction,
    outcome: {
      Connected: 'Erreicht',
      'Left voicemail': 'Nachricht hinterlassen',
      'No answer': 'Nicht erreicht',
      Busy: 'Besetzt',
      'Wrong number': 'Falsche Nummer',
    },
  },
  sections,
};

/** Meetings in German. */
export const meetingTextsDe: ObjectTexts = {
  label: 'Termin',
  pluralLabel: 'Termine',
  verbs,
  fields: {
    ...fields,
    ...planned,
    location: 'Ort',
    link: 'Video-Link',
    description: 'Notizen',
    startsAt: 'Beginn',
  },
  help: { remindAt, sequenceRun, endsAt: 'Wenn leer, eine halbe Stunde nach dem Beginn.' },
  options: {
    status,
    outcome: { Held: 'Fand statt', 'No show': 'Niemand kam', Postponed: 'Verschoben' },
  },
  sections,
};

/** Logged e-mails in German. */
export const emailLogTextsDe: ObjectTexts = {
  label: 'Notierte E-Mail',
  pluralLabel: 'Notierte E-Mails',
  fields: { ...fields, direction: 'Richtung', description: 'Text', startsAt: 'Gesendet am' },
  help: { startsAt: 'Wenn leer, jetzt.' },
  options: { direction },
  sections: { Details: 'Details', Time: 'Zeit' },
};
