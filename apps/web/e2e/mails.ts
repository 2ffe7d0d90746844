import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { messagesTo } from './failed-jobs';

/** Whether the tests can read the product's mails. They can't for a product that was started separately. */
export const hasMails = Boolean(process.env['PELLUCID_E2E_DATA']);

/** The link in the newest mail to an address, once it has arrived. Mails are files in the data directory. */
export async function mailedLink(email: string): Promise<URL> {
  let link: string | undefined;
  try {
    await expect.poll(async () => (link = await newestLink(email)), `a mail to ${email}`).toBeTruthy();
  } catch (error) {
    throw new Error(`no mail to ${email}: ${JSON.stringify(await messagesTo(email))}`, { cause: error });
  }
  return new URL(link!);
}

/** The token in the newest mail to an address, once it has arrived. */
export async function mailedToken(email: string): Promise<string> {
  return (await mailedLink(email)).searchParams.get('token')!;
}

async function newestLink(email: string): Promise<string | undefined> {
  const outbox = join(process.env['PELLUCID_E2E_DATA'] ?? '', 'outbox');
  const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
  for (const name of names.reverse()) {
    // Quoted-printable folds long lines and writes "=" as "=3D".
    const mail = (await readFile(join(outbox, name), 'utf8')).replace(/=\r?\n/g, '').replace(/=3D/g, '=');
    if (mail.includes(`To: ${email}`)) return /https?:\/\/\S*\?token=[\w.~-]+/.exec(mail)?.[0];
  }
  return undefined;
}
