import { isBlankText, tidyText } from '@pellucid/conditions';
import { EMAIL_MAX_LENGTH, readEmail } from '@pellucid/conditions/contact-text';
import { z } from 'zod';

/** Any text that the database can store, kept byte for byte. @param max characters */
export const freeText = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine(
      (text) => text.isWellFormed() && !text.includes('\u0000'),
      "contains a character that can't be stored",
    );

/** A text with at least one visible character, kept byte for byte. @param message what to do about a blank one */
export const givenText = (max: number, message = 'must not be blank') =>
  freeText(max).refine((text) => !isBlankText(text), message);

/** A reason for an action, for readers of the log. @param min visible characters */
export const reasonText = (min: number, max: number) =>
  freeText(max)
    .refine((text) => tidyText(text).length >= min, `enter a reason of at least ${min} characters`)
    .transform(tidyText);

/** A name: not blank; leading and trailing blanks and zero-width characters are removed. @param max characters */
export const nameText = (max: number, message?: string) => givenText(max, message).transform(tidyText);

/** An e-mail address; the notations in which people paste addresses are cleaned up. */
export const emailAddress = z
  .string()
  .max(2000)
  .transform((text, context) => {
    const address = readEmail(text);
    if (address !== undefined) return address;
    context.addIssue({
      code: 'invalid_format',
      format: 'email',
      input: text,
      message: "isn't an e-mail address; use one like ann@example.com",
    });
    return z.NEVER;
  })
  .meta({ description: `At most ${EMAIL_MAX_LENGTH} characters. International domains are allowed.` });
