import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { PermanentError, TransientError, UncertainError } from '../jobs/index.js';
import { FileOutbox, type OutgoingMail, renderMail, SmtpMailer } from './index.js';

const invitation = {
  name: 'Zoë <b>',
  inviter: 'Max & Co',
  company: 'Acme',
  link: 'https://example.com/accept?token=abc',
  expires: new Date('2026-03-01T12:00:00Z'),
};
const from = 'Pellucid <no-reply@example.com>';

function mail(id: string, change: Partial<OutgoingMail> = {}): OutgoingMail {
  const rendered = renderMail('invitation', invitation, 'en');
  return { to: 'zoe@example.org', messageId: `${id}@pellucid`, ...rendered, ...change };
}

test('a mail becomes one complete file with its link, however often it is sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outbox-'));
  const outbox = new FileOutbox(folder, from);
  await outbox.send(mail('one'));
  await outbox.send(mail('one'));
  await outbox.send(mail('two', { subject: 'two\r\nBcc: victim@example.org' }));
  const files = await readdir(folder);
  expect(files).toHaveLength(2);
  for (const file of files) expect(file).toMatch(/^\d{4}-\d\d-\d\dT\d+Z-[0-9a-f]{16}\.eml$/);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  // Their names are in no order when both are written in the same millisecond.
  const [first, second] = ['one', 'two'].map((id) => texts.find((text) => text.includes(`<${id}@pellucid>`)));
  expect(first).toContain('Message-ID: <one@pellucid>');
  expect(first).toContain('To: zoe@example.org');
  expect(first).toContain('Auto-Submitted: auto-generated');
  expect(first!.replaceAll('=\r\n', '').replaceAll('=3D', '=')).toContain(invitation.link);
  expect(second!).not.toMatch(/^Bcc:/m);
  await rm(folder, { recursive: true });
});

test('SMTP gets the message with its stable id; refusals are distinguished from outages', async () => {
  const received: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = { 'full@example.org': 452, 'nobody@example.org': 550 }[address];
      done(responseCode ? Object.assign(new Error('no'), { responseCode }) : null);
    },
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        received.push(Buffer.concat(parts).toString());
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  const mailer = new SmtpMailer(`smtp://127.0.0.1:${port}`, from);
  await mailer.send(mail('three'));
  expect(received[0]).toContain('Message-ID: <three@pellucid>');
  await expect(mailer.send(mail('four', { to: 'nobody@example.org' }))).rejects.toBeInstanceOf(
    PermanentError,
  );
  await expect(mailer.send(mail('five', { to: 'full@example.org' }))).rejects.toBeInstanceOf(TransientError);
  await mailer.close();
  await new Promise<void>((done) => server.close(done));
  const unreachable = new SmtpMailer(`smtp://127.0.0.1:${port}`, from);
  await expect(unreachable.send(mail('six'))).rejects.toBeInstanceOf(TransientError);
  await unreachable.close();
});

test.each([
  ['it has the whole message', 'data', UncertainError],
  ['it has the recipient', 'recipient', TransientError],
] as const)('a connection that the server breaks once %s', async (_when, step, expected) => {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: (_address, session, done) => (step === 'recipient' ? drop(session.id) : done()),
    onData: (stream, session) => {
      stream.resume();
      stream.on('end', () => drop(session.id));
    },
  });
  const drop = (id: string) => {
    for (const connection of server.connections as Set<any>)
      if (connection.session.id === id) connection._socket.destroy();
  };
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const mailer = new SmtpMailer(`smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`, from);
  await expect(mailer.send(mail('seven'))).rejects.toBeInstanceOf(expected);
  await mailer.close();
  await new Promise<void>((done) => server.close(done));
});

test('texts are in the person’s language and time zone, in English if there is no catalogue', () => {
  const german = renderMail('invitation', invitation, 'de-AT', 'Europe/Vienna');
  expect(german.subject).toBe('Einladung zu Acme auf Pellucid');
  expect(german.text).toContain('1. März 2026 um 13:00 (Europe/Vienna)');
  const french = renderMail(
    'passwordReset',
    { name: 'X', link: 'https://e.x', expires: invitation.expires },
    'fr',
  );
  expect(french).toMatchObject({ locale: 'en', subject: 'Reset your Pellucid password' });
});

test('no mail program turns a name into a link', () => {
  const names = {
    company: 'Win https://evil.example/a or www.evil.example\nCall now',
    inviter: 'prize@evil.example',
    name: 'evil.example',
  };
  const { subject, html, text } = renderMail('invitation', { ...invitation, ...names });
  for (const written of [subject, html, text]) {
    expect(written).not.toMatch(/evil\.example|https:\/\/evil|www\.evil|@evil/);
    expect(written.replaceAll('\u200B', '')).toContain('https://evil.example/a or www.evil.example Call now');
  }
  // The mail's own link works.
  expect(text).toContain(invitation.link);
  expect(html).toContain(`href="${invitation.link}"`);
  expect(renderMail('invitation', { ...invitation, company: 'St. Mary & Co.' }).text).toContain(
    'St. Mary & Co.',
  );
});

test('names cannot inject markup into the HTML body', () => {
  const { html, text } = renderMail('invitation', invitation);
  expect(html).toContain('Zoë &lt;b&gt;');
  expect(html).toContain('Max &amp; Co');
  expect(text).toContain('Zoë <b>');
});
