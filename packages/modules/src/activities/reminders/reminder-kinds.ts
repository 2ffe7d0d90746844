import type { NotificationKind } from '@pellucid/modules/notifications';

/** The time has come at which you wanted to be reminded of an activity. */
export const dueKind: NotificationKind = {
  name: 'due',
  tells: ['remindAt'],
  texts: {
    en: {
      label: 'Reminders',
      why: 'You asked for this reminder.',
      one: 'Reminder: {{name}}',
      oneBy: 'Reminder: {{name}}',
      many: 'Reminder: {{number}} {{objects}}',
      manyBy: 'Reminder: {{number}} {{objects}}',
    },
    de: {
      label: 'Erinnerungen',
      why: 'Sie haben um diese Erinnerung gebeten.',
      one: 'Erinnerung: {{name}}',
      oneBy: 'Erinnerung: {{name}}',
      many: 'Erinnerung: {{number}} {{objects}}',
      manyBy: 'Erinnerung: {{number}} {{objects}}',
    },
  },
  usual: { inApp: true, mail: 'off' },
};

/** The day has passed on which a task of yours was due. */
export const overdueKind: NotificationKind = {
  name: 'overdue',
  tells: ['due', 'status'],
  texts: {
    en: {
      label: 'Overdue',
      why: 'It is yours, and its day has passed.',
      one: '{{name}} is overdue',
      oneBy: '{{name}} is overdue',
      many: '{{number}} {{objects}} are overdue',
      manyBy: '{{number}} {{objects}} are overdue',
    },
    de: {
      label: 'Überfällig',
      why: 'Sie sind zuständig, und der Tag ist vorbei.',
      one: '{{name}} ist überfällig',
      oneBy: '{{name}} ist überfällig',
      many: '{{number}} {{objects}} sind überfällig',
      manyBy: '{{number}} {{objects}} sind überfällig',
    },
  },
  usual: { inApp: true, mail: 'digest' },
};
