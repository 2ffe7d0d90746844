import type { RolePasswords } from '../runtime/index.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the global set-up provides to each test file. */
    pellucid: {
      /** URL of the superuser on the test server. */
      adminUrl: string;
      passwords: RolePasswords;
      /** Name of the migrated database to clone. */
      template: string;
      /** Prefix of this run's databases. */
      run: string;
      /** Folder for this run's temporary files; deleted when it ends. */
      folder: string;
    };
  }
}
