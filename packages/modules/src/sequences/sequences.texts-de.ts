import type { ObjectTexts } from '@pellucid/platform/records';

const steps = {
  steps: 'Schritte',
  'steps.kind': 'Art',
  'steps.name': 'Betreff',
  'steps.description': 'Beschreibung',
  'steps.priority': 'Priorität',
  'steps.wait': 'Wartezeit',
  'steps.waitUnit': 'Gezählt in',
  'steps.time': 'Uhrzeit',
  'steps.assignee': 'Für',
  'steps.person': 'Person',
};
const stepHelp = {
  'steps.priority': 'Für Aufgaben.',
  'steps.wait': 'Tage, nachdem der vorige Schritt erledigt wurde, oder nach dem Start.',
  'steps.waitUnit': 'Arbeitstage sind Montag bis Freitag.',
  'steps.time':
    'Wann ein Anruf oder Termin beginnt oder eine Aufgabe erinnert: 14:30. Ohne Angabe beginnen Anrufe und Termine um 09:00.',
  'steps.person': 'Die bestimmte Person.',
};
const stepOptions = {
  'steps.kind': { Task: 'Aufgabe', Call: 'Anruf', Meeting: 'Termin', 'E-mail': 'E-Mail' },
  'steps.priority': { Urgent: 'Dringend', High: 'Hoch', Normal: 'Normal', Low: 'Niedrig' },
  'steps.waitUnit': { Days: 'Tagen', 'Working days': 'Arbeitstagen' },
  'steps.assignee': {
    'Owner of the record': 'Zuständige Person des Datensatzes',
    'Who started it': 'Wer sie gestartet hat',
    'Named person': 'Bestimmte Person',
  },
};
const sections = { Steps: 'Schritte' };

/** Sequences in German. */
export const sequenceTextsDe: ObjectTexts = {
  label: 'Sequenz',
  pluralLabel: 'Sequenzen',
  fields: {
    ...steps,
    name: 'Name',
    objects: 'Für',
    active: 'Aktiv',
    stopsWhenClosed: 'Beim Abschluss stoppen',
  },
  help: {
    ...stepHelp,
    objects: 'Wenn leer, für Datensätze jeder Art. Für ein eigenes Objekt geben Sie dessen Schlüssel ein.',
    active: 'Ob sie gestartet werden kann. Laufende gehen weiter.',
    stopsWhenClosed:
      'Ob ein Lauf stoppt, wenn die Opportunity gewonnen oder verloren oder der Lead umgewandelt oder disqualifiziert wird.',
  },
  options: {
    ...stepOptions,
    objects: { lead: 'Leads', contact: 'Kontakte', account: 'Accounts', opportunity: 'Opportunitys' },
  },
  sections,
  uniques: { name: 'Eine andere Sequenz heißt schon so.' },
};

/** Sequence runs in German. */
export const sequenceRunTextsDe: ObjectTexts = {
  label: 'Sequenzlauf',
  pluralLabel: 'Sequenzläufe',
  fields: {
    ...steps,
    name: 'Name',
    sequence: 'Sequenz',
    about: 'Gestartet für',
    state: 'Zustand',
    stopReason: 'Warum gestoppt',
    step: 'Schritt',
  },
  help: { ...stepHelp, state: 'Setzen Sie ihn auf „Gestoppt“, um den offenen Schritt abzusagen.' },
  options: {
    ...stepOptions,
    state: { Active: 'Läuft', Finished: 'Fertig', Stopped: 'Gestoppt' },
    stopReason: {
      'By hand': 'Von Hand',
      'Record closed': 'Datensatz abgeschlossen',
      'Record deleted': 'Datensatz gelöscht',
      'Step cancelled': 'Schritt abgesagt',
    },
  },
  sections,
};
