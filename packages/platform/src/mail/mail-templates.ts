/** What each template says about. */
export interface MailTemplates {
  invitation: { name: string; inviter: string; company: string; link: string; expires: Date };
  passwordReset: { name: string; link: string; expires: Date };
  passwordChanged: { name: string; link: string };
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
  const greeting = texts.greeting(parameters);
  const paragraphs = texts.paragraphs(parameters, time);
  const { link } = parameters;
  const { button, closing } = texts;
  return {
    subject: texts.subject(parameters),
    text: [greeting, ...paragraphs, `${button}: ${link}`, closing].join('\n\n') + '\n',
    html: toHtml(language, [greeting, ...paragraphs], { label: button, link }, closing),
    locale: language,
  };
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
