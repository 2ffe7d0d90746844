/** The frame of all mails: plain HTML that mail programs show alike, without pictures, scripts and style sheets. */

const COLOR = { text: '#1f2933', faint: '#52606d', accent: '#1b5e7d', line: '#e4e7eb' };
const PAGE = `font:16px/1.5 system-ui,sans-serif;color:${COLOR.text};margin:0 auto;max-width:34em;padding:2em 1em`;
const BUTTON = `background:${COLOR.accent};border-radius:6px;color:#fff;display:inline-block;padding:.7em 1.2em;text-decoration:none`;

/** A text that leads somewhere. */
export interface MailLink {
  label: string;
  link: string;
}

/** Returns a text as HTML. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/**
 * Returns a text in a form that no mail program turns into a link. Strangers type the names of people, companies and records,
 * and our mails go to any address they choose. A zero-width space breaks addresses after each dot, colon and at sign inside a
 * word; line breaks become spaces.
 */
export function unlinked(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/(?<=\S)([.:@/\uFF0E\u3002\uFF61])(?=\S)/gu, '$1\u200B');
}

/** Returns a whole mail. @param parts HTML */
export const mailPage = (language: string, parts: string[]): string =>
  [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"></head><body style="${PAGE}">`,
    ...parts,
    '</body></html>',
  ].join('\n');

export const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

/** Small print. @param html escaped by the caller */
export const smallPrint = (html: string): string =>
  `<p style="color:${COLOR.faint};font-size:14px">${html}</p>`;

export const button = ({ label, link }: MailLink): string =>
  `<p><a href="${escapeHtml(link)}" style="${BUTTON}">${escapeHtml(label)}</a></p>`;

export const anchor = ({ label, link }: MailLink): string =>
  `<a href="${escapeHtml(link)}" style="color:${COLOR.accent}">${escapeHtml(label)}</a>`;

/** A list in which each line leads somewhere, with a note below. */
export const linkList = (items: (MailLink & { note: string })[]): string =>
  [
    '<table role="presentation" style="border-collapse:collapse;width:100%">',
    ...items.map(
      (item) =>
        `<tr><td style="border-top:1px solid ${COLOR.line};padding:.7em 0">${anchor(item)}<br><span style="color:${COLOR.faint};font-size:14px">${escapeHtml(item.note)}</span></td></tr>`,
    ),
    '</table>',
  ].join('\n');
