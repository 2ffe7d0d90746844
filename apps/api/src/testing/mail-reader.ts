/** Reading mails as a mail program does, as far as tests need it. */

/** Returns a header of a mail, unfolded; null if it has none. */
export function headerOf(mail: string, name: string): string | null {
  const head = mail.split(/\r?\n\r?\n/)[0]!.replace(/\r?\n[ \t]+/g, ' ');
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? null;
}

/** Returns the plain text of a mail, decoded. */
export function textOf(mail: string): string {
  const [, headers, body] =
    /Content-Type: text\/plain[^\r\n]*\r?\n((?:[^\r\n]+\r?\n)*)\r?\n([\s\S]*?)\r?\n--/.exec(mail) ?? [];
  if (body === undefined) throw new Error('the mail has no plain text');
  if (/base64/i.test(headers!)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(headers!)) return body;
  const joined = body.replace(/=\r?\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}
