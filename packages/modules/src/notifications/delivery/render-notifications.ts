import {
  anchor,
  button,
  escapeHtml,
  linkList,
  mailPage,
  paragraph,
  type RenderedMail,
  smallPrint,
  unlinked,
} from '@pellucid/platform/mail';
import { MAIL_TEXTS } from './mail-texts.js';

/** Most notifications that a mail lists. */
const MOST_LISTED = 20;

/** What a mail about notifications says. */
export interface NotificationMailContent {
  language: 'en' | 'de';
  /** IANA zone in which times are written. */
  zone: string;
  isDigest: boolean;
  company: string;
  /** What people call the kinds of notifications that it is about. */
  kinds: string[];
  /** At least one. */
  lines: { text: string; at: Date; link: string }[];
  links: { inbox: string; settings: string; stop: string };
}

/** Renders a mail about one notification, or a list of them, as text and HTML. */
export function renderNotifications(content: NotificationMailContent): RenderedMail {
  const { language, links } = content;
  const texts = MAIL_TEXTS[language];
  const number = new Intl.NumberFormat(language);
  const when = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: content.zone,
  });
  const lines = content.lines.slice(0, MOST_LISTED).map(({ text, at, link }) => ({
    label: unlinked(text),
    note: when.format(at),
    link,
  }));
  const count = content.lines.length;
  const first = lines[0]!;
  const isSingle = count === 1 && !content.isDigest;
  const left = count - lines.length;
  const more = left > 0 ? [texts.more(number.format(left))] : [];
  const why = texts.why(unlinked(content.company), content.kinds.join(', '));
  const main = isSingle
    ? { label: texts.open, link: first.link }
    : { label: texts.openInbox, link: links.inbox };
  const settings = { label: texts.settings, link: links.settings };
  const stop = { label: texts.stop, link: links.stop };
  const list = lines.map(({ label, note, link }) => `${label}\n${note}\n${link}`);
  return {
    subject: isSingle ? first.label : texts[content.isDigest ? 'digest' : 'several'](number.format(count)),
    locale: language,
    text: `${[
      ...(isSingle ? [`${first.label}\n${first.note}`] : [...list, ...more]),
      ...[main, stop, settings].map(({ label, link }) => `${label}: ${link}`).toSpliced(1, 0, why),
    ].join('\n\n')}\n`,
    html: mailPage(language, [
      ...(isSingle
        ? [paragraph(first.label), smallPrint(escapeHtml(first.note))]
        : [linkList(lines), ...more.map(paragraph)]),
      button(main),
      smallPrint(`${escapeHtml(why)}<br>${anchor(stop)} · ${anchor(settings)}`),
    ]),
  };
}
