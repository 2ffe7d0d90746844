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
  const { button, closing } = texts;
  return {
    subject: texts.subject(shown),
    text: [greeting, ...paragraphs, `${button}: ${link}`, closing].join('\n\n') + '\n',
    html: toHtml(language, [greeting, ...paragraphs], { label: button, link }, closing),
    locale: language,
  };
}

/**
 * Returns the parameters with names in a form that no mail program turns into a link. Strangers type the names of
 * people, companies and roles, and our mails go to any address they choose. A zero-width space breaks addresses after
 * each dot, colon and at sign inside a word; line breaks become spaces. The mail's own link stays as it is.
 */
function withoutLinks<Parameters extends { link: string }>(parameters: Parameters): Parameters {
  const plain = (text: string) =>
    text
      .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .replace(/(?<=\S)([.:@/\uFF0E\u3002\uFF61])(?=\S)/gu, '$1\u200B');
  return Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => [
      key,
      typeof value === 'string' && key !== 'link' ? plain(value) : value,
    ]),
  ) as Parameters;
}

function toHtml(
  language: string,
  paragraphs: string[],
  button: { label: string; link: string },
  closing: string,
): string {
  const style =
    'font:16px/1.5 system-ui,sans-serif;color:#1f2933;margin:0 auto;max-width:34em;padding:2em 1em';
  const buttonStyle =
    'background:#1b5e7d;border-radius:6px;color:#fff;display:inline-block;padding:.7em 1.2em;text-decoration:none';
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"></head><body style="${style}">`,
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    `<p><a href="${escapeHtml(button.link)}" style="${buttonStyle}">${escapeHtml(button.label)}</a></p>`,
    `<p style="color:#52606d;font-size:14px">${escapeHtml(closing)}</p></body></html>`,
  ].join('\n');
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
