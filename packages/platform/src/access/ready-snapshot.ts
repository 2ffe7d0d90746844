import type { AccessDirectory } from './access-directory.js';

/**
 * Keeps the tenant's snapshot ready for transactions that follow: what they read of it themselves is not kept. Never fails, since not
 * all of them need one; whoever asks for it is told why there is none.
 */
export async function readySnapshot(directory: AccessDirectory): Promise<void> {
  await directory.current().catch(() => {});
}
