import { field } from '@pellucid/platform/records';

/**
 * The people whom the text of a record mentions: taken from its document on every write, so that their names are shown under
 * the rights of whoever reads, filters find what mentions somebody, and events say who is mentioned.
 */
export const mentionsField = () =>
  field.links('mentions', 'Mentions', ['member'], {
    kind: 'mention',
    readOnly: true,
    derivedFrom: ['body'],
    help: 'People whom the text mentions.',
  });
