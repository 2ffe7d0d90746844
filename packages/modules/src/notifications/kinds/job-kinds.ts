import type { NotificationKind } from '../notification-kinds.js';

/** Work that you started, such as a bulk change or an export, is done. */
export const jobCompletedKind: NotificationKind = {
  name: 'jobCompleted',
  tells: [],
  texts: {
    en: { label: 'Finished jobs', line: '{{job}}: done' },
    de: { label: 'Beendete Jobs', line: '{{job}}: beendet' },
  },
  usual: { inApp: true, mail: 'off' },
};

/** Work that you started has failed. */
export const jobFailedKind: NotificationKind = {
  name: 'jobFailed',
  tells: [],
  texts: {
    en: { label: 'Failed jobs', line: '{{job}}: failed' },
    de: { label: 'Fehlgeschlagene Jobs', line: '{{job}}: fehlgeschlagen' },
  },
  usual: { inApp: true, mail: 'immediate' },
};
