/** What each template says about. */
export interface MailTemplates {
  invitation: { name: string; inviter: string; company: string; link: string; expires: Date };
  passwordReset: { name: string; link: string; expires: Date };
  passwordChanged: { name: string; link: string };
  /** Goes to an address that somebody typed: it repeats nothing else that they typed. */
  addressConfirmation: { link: string; expires: Date };
}

/** Subject and the two forms of a mail. */
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
    subject: ({ company }) => `You are invited to ${company} on Pellucid`,
    greeting: ({ name }) => `Hello ${name},`,
    paragraphs: ({ inviter, company, expires }, time) => [
      `${inviter} invites you to work with ${company} on Pellucid.`,
      `The invitation can be accepted until ${time(expires)}.`,
    ],
    button: 'Accept the invitation',
    closing: 'If you do not expect this invitation, you need not do anything.',
  },
  passwordReset: {
    subject: () => 'Choose a new password for Pellucid',
    greeting: ({ name }) => `Hello ${name},`,
    paragraphs: ({ expires }, time) => [
      'Somebody, probably you, asked for a new password.',
      `The link works once, until ${time(expires)}.`,
    ],
    button: 'Choose a new password',
    closing: 'If it was not you, your password stays as it is.',
  },
  passwordChanged: {
    subject: () => 'Your Pellucid password was changed',
    greeting: ({ name }) => `Hello ${name},`,
    paragraphs: () => ['Your password was changed just now, and all other sessions were ended.'],
    button: 'Choose another password',
    closing: 'If it was not you, choose another password at once.',
  },
  addressConfirmation: {
    subject: () => 'Confirm your e-mail address for Pellucid',
    greeting: () => 'Hello,',
    paragraphs: ({ expires }, time) => [
      'Somebody, probably you, registered with this address on Pellucid.',
      `Confirm that the address is yours. The link works once, until ${time(expires)}.`,
    ],
    button: 'Confirm the address',
    closing:
      'If it was not you, open the link in a browser in which you are not logged in and choose a password: the log-in is then yours alone. Or do nothing.',
  },
};

const de: Catalogue = {
  invitation: {
    subject: ({ company }) => `Einladung zu ${company} auf Pellucid`,
    greeting: ({ name }) => `Guten Tag ${name},`,
    paragraphs: ({ inviter, company, expires }, time) => [
      `${inviter} lädt Sie ein, bei ${company} mit Pellucid zu arbeiten.`,
      `Die Einladung gilt bis ${time(expires)}.`,
    ],
    button: 'Einladung annehmen',
    closing: 'Wenn Sie diese Einladung nicht erwarten, brauchen Sie nichts zu tun.',
  },
  passwordReset: {
    subject: () => 'Neues Passwort für Pellucid wählen',
    greeting: ({ name }) => `Guten Tag ${name},`,
    paragraphs: ({ expires }, time) => [
      'Jemand, vermutlich Sie selbst, hat ein neues Passwort angefordert.',
      `Der Link gilt einmal, bis ${time(expires)}.`,
    ],
    button: 'Neues Passwort wählen',
    closing: 'Wenn Sie es nicht waren, bleibt Ihr Passwort, wie es ist.',
  },
  passwordChanged: {
    subject: () => 'Ihr Pellucid-Passwort wurde geändert',
    greeting: ({ name }) => `Guten Tag ${name},`,
    paragraphs: () => ['Ihr Passwort wurde soeben geändert, alle anderen Sitzungen wurden beendet.'],
    button: 'Anderes Passwort wählen',
    closing: 'Wenn Sie es nicht waren, wählen Sie sofort ein anderes Passwort.',
  },
  addressConfirmation: {
    subject: () => 'Bestätigen Sie Ihre E-Mail-Adresse für Pellucid',
    greeting: () => 'Guten Tag,',
    paragraphs: ({ expires }, time) => [
      'Jemand, vermutlich Sie selbst, hat sich mit dieser Adresse bei Pellucid registriert.',
      `Bestätigen Sie, dass die Adresse Ihnen gehört. Der Link gilt einmal, bis ${time(expires)}.`,
    ],
    button: 'Adresse bestätigen',
    closing:
      'Wenn Sie es nicht waren, öffnen Sie den Link in einem Browser, in dem Sie nicht angemeldet sind, und wählen Sie ein Passwort: Dann gehört der Zugang nur Ihnen. Oder Sie tun nichts.',
  },
};

const catalogues: Record<string, Catalogue> = { en, de };

/**
 * Fills in a template.
 * @param locale BCP 47; its language decides, English when there is no catalogue for it
 * @param zone IANA zone in which times are written
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
 * The parameters with every name in a form that no mail program turns into a link: names of people, companies and roles
 * are typed by strangers, and our mails go to whomever they like. A zero-width space breaks addresses after each dot,
 * colon and at sign inside of a word; line breaks become spaces. The link of the mail itself stays.
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
