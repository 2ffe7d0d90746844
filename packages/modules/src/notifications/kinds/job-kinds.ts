import type { NotificationKind } from '../notification-kinds.js';

/** Work that you started, such as a bulk change or an export, is done. */
export const jobCompletedKind: NotificationKind = {
  name: 'jobCompleted',
  tells: [],
  texts: {
    en: { label: 'Finished jobs', why: 'You started this job.', line: '{{job}}: done' },
    de: { label: 'Beendete Jobs', why: 'Sie haben diesen Job gestartet.', line: '{{job}}: beendet' },
  },
  usual: { inApp: true, mail: 'off' },
};

/** Work that you started has failed. */
export const jobFailedKind: NotificationKind = {
  name: 'jobFailed',
  tells: [],
  texts: {
    en: { label: 'Failed jobs', why: 'You started this job.', line: '{{job}}: failed' },
    de: {
      label: 'Fehlgeschlagene Jobs',
      why: 'Sie haben diesen Job gestartet.',
      line: '{{job}}: fehlgeschlagen',
    },
  },
  usual: { inApp: true, mail: 'immediate' },
};
