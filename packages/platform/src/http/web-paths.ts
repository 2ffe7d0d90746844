/**
 * First parts of the addresses of the web app that are no object's: its pages, its files and the API. A company's object with
 * such a path could not be opened.
 */
export const WEB_PATHS: ReadonlySet<string> = new Set([
  'accept-invite',
  'api',
  'assets',
  'audit',
  'bin',
  'bulk-jobs',
  'calendar',
  'duplicates',
  'exports',
  'forgot-password',
  'imports',
  'login',
  'merge',
  'my-day',
  'notifications',
  'people',
  'register',
  'reset-password',
  'search',
  'second-factor-setup',
  'settings',
  'stop-mails',
  'verify-email',
]);
