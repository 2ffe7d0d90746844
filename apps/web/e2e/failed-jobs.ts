import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Company } from './company';

/** Whether the tests can reach the product's database. They can't for a product that was started separately. */
export const hasDatabase = Boolean(process.env['PELLUCID_E2E_DATA']);

/** Runs SQL in the product's database. */
async function sql(text: string, values: unknown[]): Promise<unknown[]> {
  const read = async (file: string) =>
    JSON.parse(await readFile(join(process.env['PELLUCID_E2E_DATA'] ?? '', file), 'utf8'));
  const [ports, secrets] = [await read('ports.json'), await read('secrets.json')];
  const connectionString =
    process.env['DATABASE_URL'] ??
    `postgresql://postgres:${encodeURIComponent(secrets.postgresPassword)}@127.0.0.1:${ports.postgres}/pellucid`;
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Writes a job that failed for good to the company. */
export async function failJob(company: Company, name: string, lastError = 'Error: no good'): Promise<void> {
  const runAs = { actor: { kind: 'system', id: null }, depth: 0, suppress: [] };
  await sql(
    `insert into job (tenant_id, id, name, payload, state, attempts, error_class, last_error, correlation_id, finished_at)
     select tenant_id, $2::uuid, $3, $5, 'dead', 5, 'poison', $4, $2::uuid::text, now() from member where id = $1`,
    [company.memberId, randomUUID(), name, lastError, JSON.stringify({ data: {}, runAs })],
  );
}

/**
 * Writes a message to the company that did not leave, or may not have. It is for the company's first person, and a
 * confirmation can be sent again.
 */
export async function undeliverMessage(
  company: Company,
  kind: string,
  state: 'failed' | 'unknown',
): Promise<void> {
  await sql(
    `insert into outbound_message (tenant_id, id, kind, channel, recipient_id, reference, state, reason, attempts, ended_at)
     select tenant_id, $2::uuid, $3, 'mail', id, jsonb_build_object('identityId', identity_id), $4, '550', 1, now() from member where id = $1`,
    [company.memberId, randomUUID(), kind, state],
  );
}

/** What became of the messages to a person, with their jobs, newest first: for the failure of a test that waits for one. */
export function messagesTo(email: string): Promise<unknown[]> {
  return sql(
    `select m.kind, m.state, m.reason, m.attempts, m.created_at, m.due_at, m.ended_at,
            j.state as job, j.attempts as job_attempts, j.run_at, j.lease_until, j.last_error, now()
       from outbound_message m join member p on p.tenant_id = m.tenant_id and p.id = m.recipient_id
       left join job j on j.tenant_id = m.tenant_id and j.payload -> 'data' ->> 'messageId' = m.id::text
      where p.email = $1 order by m.created_at desc, j.created_at desc`,
    [email],
  );
}
