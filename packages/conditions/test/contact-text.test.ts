import { describe, expect, it } from 'vitest';
import { emailKey, isSameEmail, readEmail, readWebAddress } from '../src/contact-text/index.js';

describe('an e-mail address', () => {
  it.each([
    ['ann@example.com', 'ann@example.com'],
    [' \u200bann@example.com\u00a0', 'ann@example.com'],
    ['<ann@example.com>', 'ann@example.com'],
    ['Ann Baker <ann@example.com>', 'ann@example.com'],
    ['"Baker, Ann" <ann@example.com>;', 'ann@example.com'],
    ['ann@example.com <ann@example.com>', 'ann@example.com'],
    ['"Ann <home>, a@b.example; c" <ann@example.com>', 'ann@example.com'],
    ['mailto:ann@example.com', 'ann@example.com'],
    ['\u2068ann@example.com\u2069', 'ann@example.com'],
    ['\u202aAnn <ann@example.com>\u202c', 'ann@example.com'],
    ['MAILTO:o%27neil@example.com?subject=Hi', "o'neil@example.com"],
    ['<mailto:ann@example.com>', 'ann@example.com'],
    ['ann@example.com; ', 'ann@example.com'],
    ['ann@example.com,', 'ann@example.com'],
    ["o'neil&sons+crm@example.com", "o'neil&sons+crm@example.com"],
    ['!#$%&*/=?^_`{|}~-@example.com', '!#$%&*/=?^_`{|}~-@example.com'],
    ['jörg@münchen.example', 'jörg@münchen.example'],
    ['info@xn--mnchen-3ya.example', 'info@xn--mnchen-3ya.example'],
    ['用户@例子。广告', '用户@例子.广告'],
    ['o’neil@co‑op.example', "o'neil@co-op.example"],
    ['ann@localhost', 'ann@localhost'],
  ])('is read from %j', (text, address) => {
    expect(readEmail(text)).toBe(address);
  });

  it.each([
    '',
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'ann@@example.com',
    'a b@example.com',
    'ann@exa mple.com',
    'ann@example..com',
    'ann@-x.com',
    'ann@1.2.3.4',
    'ann@example.com; bob@example.com',
    'Ann <ann@example.com>, Bob <bob@example.com>',
    'ann@example.com, Bob <bob@example.com>',
    'ann@example.com\r\nBcc: bob@example.com',
    'ann@example.com/path',
    'a"b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ann@${'a.'.repeat(130)}com`,
    'x'.repeat(100_000),
  ])('is not seen in %j', (text) => {
    expect(readEmail(text)).toBeUndefined();
  });

  it('is the same mailbox in any case and notation of its domain, and a different one with a different accent', () => {
    expect(isSameEmail('Info@MÜNCHEN.example', '<info@xn--mnchen-3ya.example>')).toBe(true);
    expect(isSameEmail('muller@example.com', 'müller@example.com')).toBe(false);
    expect(isSameEmail('\ufb01n@example.com', 'fin@example.com')).toBe(false);
    expect(isSameEmail('info@munchen.example', 'info@münchen.example')).toBe(false);
    expect(emailKey('no address')).toBeUndefined();
  });
});

describe('a web address', () => {
  it.each([
    'https://example.com',
    'HTTP://example.com/a?b=c#d',
    'example.com',
    'www.example.com/x@y',
    'example.com:8080/x',
    'localhost:3000',
    'münchen.example',
  ])('is %j', (text) => {
    expect(readWebAddress(` ${text}\u200b`)).toEqual({ value: text });
  });

  it.each([
    ['file:///etc/passwd', 'scheme'],
    ['blob:https://example.com/1', 'scheme'],
    ['ftp://example.com', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['data:text/html,x', 'scheme'],
    ['mailto:ann@example.com', 'scheme'],
    ['https://ann:secret@example.com', 'credentials'],
    ['ann:secret@example.com', 'scheme'],
    ['ann@example.com', 'credentials'],
    ['https://@example.com', 'credentials'],
    ['https:example.com', 'malformed'],
    ['https:\\\\example.com', 'malformed'],
    ['https://', 'malformed'],
    ['two words', 'malformed'],
    ['', 'malformed'],
  ])('is not %j', (text, problem) => {
    expect(readWebAddress(text)).toEqual({ problem });
  });
});
