import { button, escapeHtml, mailPage, paragraph, smallPrint, unlinked } from './mail-layout.js';

/** The parameters of each template. */
export interface MailTemplates {
  invitation: { name: string; inviter: string; company: string; link: string; expires: Date };
  passwordReset: { name: string; link: string; expires: Date };
  passwordChanged: { name: string; link: string };
  /** Sent to an address that somebody typed, so it contains nothing else that they typed. */
  addressConfirmation: { link: string; expires: Date };
}

/** A mail's subject with its plain-text and HTML bodies. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
  locale: string;
}

interface Texts<Parameters> {
  subject: (p: Parameters) => string;
  greeting: (p: Parameters) => string;
  paragraphs: (p: Parameters, time: (date: Date) => string) => string[];
  button: string;
  closing: string;
}

type Catalogue = { [Template in keyof MailTemplates]: Texts<MailTemplates[Template]> };

const en: Catalogue = {
  invitation: {
    subject: ({ company }) => `You're invited to ${company} on Pellucid`,
    greeting: ({ name }) => `Hello ${name},`,
    paragraphs: ({ inviter, company, expires }, time) => [
      `${inviter} invited you to join ${company} on Pellucid.`,
      `You can accept the invitation until ${time(expires)}.`,
    ],
    button: 'Accept invitation',
    closing: "If you weren't expecting this invitation, you can ignore this mail.",
  },
  passwordReset: {
    subject: () => 'Reset your Pellucid password',
    greeting: ({ name }) => `Hello ${name},`,
    paragraphs: ({ expires }, time) => [
      'We received a request to reset your password.',
      `The link works once and expires ${time(expires)}.`,
    ],
    button: 'Choose new password',
    closing: "If you didn't request this, ignore this mail. Your password won't change.",
  },
  passwordChanged: {
    subject: () => 'Your Pellucid password was changed',
    greeting: ({ name }) => `Hello ${name},`,
    paragraphs: () => ['Your password was changed and all other sessions were ended.'],
    button: 'Reset password',
    closing: "If this wasn't you, reset your password now.",
  },
  addressConfirmation: {
    subject: () => 'Confirm your e-mail address for Pellucid',
    greeting: () => 'Hello,',
    paragraphs: ({ expires }, time) => [
      'This address was used to register on Pellucid.',
      `Confirm that the address is yours. The link works once and expires ${time(expires)}.`,
    ],
    button: 'Confirm address',
    closing:
      "If this wasn't you, ignore this mail. Or take over the log-in: open the link in a browser where you aren't logged in and choose a password.",
  },
};

const de: Catalogue = {
  invitation: {
    subject: ({ company }) => `Einladung zu ${company} auf Pellucid`,
    greeting: ({ name }) => `Guten Tag ${name},`,
    paragraphs: ({ inviter, company, expires }, time) => [
      `${inviter} hat Sie zu ${company} auf Pellucid eingeladen.`,
      `Die Einladung gilt bis ${time(expires)}.`,
    ],
    button: 'Einladung annehmen',
    closing: 'Falls Sie diese Einladung nicht erwartet haben, ignorieren Sie diese Mail.',
  },
  passwordReset: {
    subject: () => 'Pellucid-Passwort zurücksetzen',
    greeting: ({ name }) => `Guten Tag ${name},`,
    paragraphs: ({ expires }, time) => [
      'Für Ihren Zugang wurde ein neues Passwort angefordert.',
      `Der Link gilt einmal und läuft am ${time(expires)} ab.`,
    ],
    button: 'Neues Passwort wählen',
    closing: 'Falls Sie das nicht waren, ignorieren Sie diese Mail. Ihr Passwort ändert sich nicht.',
  },
  passwordChanged: {
    subject: () => 'Ihr Pellucid-Passwort wurde geändert',
    greeting: ({ name }) => `Guten Tag ${name},`,
    paragraphs: () => ['Ihr Passwort wurde geändert und alle anderen Sitzungen wurden beendet.'],
    button: 'Passwort zurücksetzen',
    closing: 'Falls Sie das nicht waren, setzen Sie Ihr Passwort sofort zurück.',
  },
  addressConfirmation: {
    subject: () => 'Bestätigen Sie Ihre E-Mail-Adresse für Pellucid',
    greeting: () => 'Guten Tag,',
    paragraphs: ({ expires }, time) => [
      'Mit dieser Adresse wurde ein Zugang bei Pellucid registriert.',
      `Bestätigen Sie, dass die Adresse Ihnen gehört. Der Link gilt einmal und läuft am ${time(expires)} ab.`,
    ],
    button: 'Adresse bestätigen',
    closing:
      'Falls Sie das nicht waren, ignorieren Sie diese Mail. Oder übernehmen Sie den Zugang: Öffnen Sie den Link in einem Browser, in dem Sie nicht angemeldet sind, und wählen Sie ein Passwort.',
  },
};

const catalogues: Record<string, Catalogue> = { en, de };

/**
 * Renders a template.
 * @param locale BCP 47 tag; its language selects the catalogue, English if there is none
 * @param zone IANA time zone in which times are written
 */
export function renderMail<Template extends keyof MailTemplates>(
  template: Template,
  parameters: MailTemplates[Template],
  locale = 'en',
  zone = 'UTC',
): RenderedMail {
  const requested = locale.split('-')[0]!.toLowerCase();
  const language = requested in catalogues ? requested : 'en';
  const texts = catalogues[language]![template] as Texts<MailTemplates[Template]>;
  const format = new Intl.DateTimeFormat(language === requested ? locale : language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: zone,
  });
  const time = (date: Date) => `${format.format(date)} (${zone})`;
  const shown = withoutLinks(parameters);
  const greeting = texts.greeting(shown);
  const paragraphs = texts.paragraphs(shown, time);
  const { link } = parameters;
  const { button: label, closing } = texts;
  return {
    subject: texts.subject(shown),
    text: [greeting, ...paragraphs, `${label}: ${link}`, closing].join('\n\n') + '\n',
    html: toHtml(language, [greeting, ...paragraphs], { label, link }, closing),
    locale: language,
  };
}

/** Returns the parameters with {@link unlinked} names. The mail's own link stays as it is. */
function withoutLinks<Parameters extends { link: string }>(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => [
      key,
      typeof value === 'string' && key !== 'link' ? unlinked(value) : value,
    ]),
  ) as Parameters;
}

function toHtml(
  language: string,
  paragraphs: string[],
  { label, link }: { label: string; link: string },
  closing: string,
): string {
  return mailPage(language, [
    ...paragraphs.map(paragraph),
    button({ label, link }),
    smallPrint(escapeHtml(closing)),
  ]);
}
