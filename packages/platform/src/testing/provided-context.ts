import type { RolePasswords } from '../runtime/index.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the global set-up hands to each test file. */
    pellucid: {
      /** Superuser of the test server. */
      adminUrl: string;
      passwords: RolePasswords;
      /** Migrated database to clone. */
      template: string;
      /** Marks the databases of this run. */
      run: string;
      /** Temporary files of this run; deleted when it ends. */
      folder: string;
    };
  }
}
