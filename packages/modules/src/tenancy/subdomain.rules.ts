import { z } from 'zod';

/** Names that could be mistaken for the product's own addresses. */
export const RESERVED_SUBDOMAINS = new Set(
  (
    'about account accounts admin api app assets auth billing blog cdn dev docs ftp health help imap internal localhost login logout ' +
    'mail metrics ns ns1 ns2 pellucid platform pop portal register root security sales signup smtp staging static status support ' +
    'system test www'
  ).split(' '),
);

/**
 * A company's part of the host name: a DNS label (RFC 1035 §2.3.1, may begin with a digit) of at least three
 * characters. Upper case is converted to lower case, as in DNS.
 */
export const subdomainSchema = z
  .string()
  .transform((s) => s.toLowerCase())
  .pipe(
    z
      .string()
      .min(3, 'must have at least 3 characters')
      .max(63, 'must have at most 63 characters')
      .regex(
        /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
        'can only contain letters a to z, digits and hyphens, with no hyphen at either end',
      )
      .refine((s) => s.slice(2, 4) !== '--', "can't have two hyphens in third place (reserved by DNS)")
      .refine((s) => !RESERVED_SUBDOMAINS.has(s), 'is reserved; choose another'),
  );
