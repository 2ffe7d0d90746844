/** A connection or pool that may write log-ins: the owner's or the platform's. */
interface Database {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Confirms the address as if its owner had opened the mailed link. */
export async function confirmAddress(database: Database, email: string): Promise<void> {
  await database.query('update identity set email_verified_at = now() where lower(email) = lower($1)', [
    email,
  ]);
}
