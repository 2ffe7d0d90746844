/** Texts of mails about notifications, by language. */
export const MAIL_TEXTS = {
  en: {
    several: (count: string) => `${count} notifications`,
    digest: (count: string) =>
      count === '1' ? 'Your day: 1 notification' : `Your day: ${count} notifications`,
    more: (count: string) => `And ${count} more in your inbox.`,
    open: 'Open',
    openInbox: 'Open notifications',
    why: (company: string, kinds: string) => `${company} on Pellucid sends you mails about: ${kinds}.`,
    stop: 'Stop these mails',
    settings: 'Change what you are notified of',
  },
  de: {
    several: (count: string) => `${count} Benachrichtigungen`,
    digest: (count: string) =>
      count === '1' ? 'Ihr Tag: 1 Benachrichtigung' : `Ihr Tag: ${count} Benachrichtigungen`,
    more: (count: string) => `Und ${count} weitere in Ihrem Eingang.`,
    open: 'Öffnen',
    openInbox: 'Benachrichtigungen öffnen',
    why: (company: string, kinds: string) => `${company} auf Pellucid schickt Ihnen Mails über: ${kinds}.`,
    stop: 'Diese Mails abbestellen',
    settings: 'Ändern, worüber Sie benachrichtigt werden',
  },
};
