import { Inject, Injectable } from '@nestjs/common';
import { type PlatformClient, PlatformPool, type Statement } from '@pellucid/platform/db';
import { newId } from '@pellucid/platform/records';
import type { SealedSecret } from './factor-secrets.js';
import type { StoredPasskey } from './passkeys.js';

/** A second factor as shown to its owner. */
export interface FactorView {
  id: string;
  kind: 'totp' | 'passkey';
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
}

/** A stored authenticator app. */
export interface StoredTotp extends SealedSecret {
  id: string;
}

/** What a challenge is for: completing a log-in, proof before a change, or adding an app or a passkey. */
export type ChallengePurpose = 'logIn' | 'proof' | 'totp' | 'passkey';

/** An open challenge. */
export interface Challenge {
  id: string;
  identityId: string;
  purpose: ChallengePurpose;
  memberId: string | null;
  sessionId: string | null;
  challenge: string;
  rpId: string;
  keyId: string | null;
  sealed: Buffer | null;
}

/** Validity of a challenge in minutes. */
export const CHALLENGE_MINUTES = 10;
/** Number of wrong answers after which a challenge is void. */
export const CHALLENGE_FAILURES = 5;

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const VIEW = `id, kind, name, ${iso('created_at')} as "createdAt", ${iso('last_used_at')} as "lastUsedAt"`;

/** Second factors, recovery codes and open challenges, across tenants. */
@Injectable()
export class SecondFactorsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Runs the function in one transaction; concurrent changes of the same person's factors wait for each other. */
  async transaction<T>(identityId: string, run: (client: PlatformClient) => Promise<T>): Promise<T> {
    return this.platform.transaction(async (client) => {
      await client.query('select 1 from identity where id = $1 for update', [identityId]);
      return run(client);
    });
  }

  /** Returns the person's factors, oldest first. */
  async list(identityId: string): Promise<FactorView[]> {
    const { rows } = await this.platform.query(
      `select ${VIEW} from second_factor where identity_id = $1 order by created_at, id`,
      [identityId],
    );
    return rows;
  }

  /** Returns which kinds of factors the person has, and the number of remaining recovery codes. */
  async kinds(identityId: string): Promise<{ totp: boolean; passkey: boolean; recoveryCodes: number }> {
    const { rows } = await this.platform.query(
      `select coalesce(bool_or(kind = 'totp'), false) as totp, coalesce(bool_or(kind = 'passkey'), false) as passkey,
              (select count(*)::int from recovery_code where identity_id = $1 and used_at is null) as "recoveryCodes"
         from second_factor where identity_id = $1`,
      [identityId],
    );
    return rows[0];
  }

  /** Returns the number of the person's factors. */
  async count(client: PlatformClient, identityId: string): Promise<number> {
    const { rows } = await client.query(
      'select count(*)::int as n from second_factor where identity_id = $1',
      [identityId],
    );
    return rows[0].n;
  }

  /** Returns the person’s passkeys, oldest first. */
  async passkeys(identityId: string, client: PlatformClient | PlatformPool = this.platform) {
    const { rows } = await client.query(
      `select id, credential_id as "credentialId", public_key as "publicKey", counter::float8 as counter, transports,
              rp_id as "rpId" from second_factor where identity_id = $1 and kind = 'passkey' order by created_at`,
      [identityId],
    );
    return rows as (StoredPasskey & { id: string })[];
  }

  /** Returns the person’s authenticator apps, oldest first. */
  async totps(client: PlatformClient, identityId: string): Promise<StoredTotp[]> {
    const { rows } = await client.query(
      `select id, key_id as "keyId", sealed_secret as sealed from second_factor
        where identity_id = $1 and kind = 'totp' order by created_at`,
      [identityId],
    );
    return rows;
  }

  /**
   * Records that a code of the time step was used.
   * @returns false when one of that step or a later one was used before
   */
  async useStep(client: PlatformClient, id: string, step: number): Promise<boolean> {
    const { rowCount } = await client.query(
      `update second_factor set last_step = $2, last_used_at = now()
        where id = $1 and (last_step is null or last_step < $2)`,
      [id, step],
    );
    return rowCount === 1;
  }

  /** Records that a passkey was used. */
  async usePasskey(client: PlatformClient, id: string, counter: number): Promise<void> {
    await client.query('update second_factor set counter = $2, last_used_at = now() where id = $1', [
      id,
      counter,
    ]);
  }

  /**
   * Uses up a recovery code.
   * @returns how many are left, or null when it is not one of the person's or was used before
   */
  async useRecoveryCode(
    client: PlatformClient,
    identityId: string,
    codeHash: string,
  ): Promise<number | null> {
    const { rowCount } = await client.query(
      'update recovery_code set used_at = now() where identity_id = $1 and code_hash = $2 and used_at is null',
      [identityId, codeHash],
    );
    if (!rowCount) return null;
    const { rows } = await client.query(
      'select count(*)::int as n from recovery_code where identity_id = $1 and used_at is null',
      [identityId],
    );
    return rows[0].n;
  }

  /** Adds an authenticator app whose first code has been used. */
  async addTotp(
    client: PlatformClient,
    identityId: string,
    factor: SealedSecret & { name: string; step: number },
  ): Promise<FactorView> {
    const { rows } = await client.query(
      `insert into second_factor (id, identity_id, kind, name, key_id, sealed_secret, last_step, last_used_at)
       values ($1, $2, 'totp', $3, $4, $5, $6, now()) returning ${VIEW}`,
      [newId(), identityId, factor.name, factor.keyId, factor.sealed, factor.step],
    );
    return rows[0];
  }

  /** Adds a passkey. @returns null when somebody already has this passkey */
  async addPasskey(
    client: PlatformClient,
    identityId: string,
    passkey: StoredPasskey & { name: string },
  ): Promise<FactorView | null> {
    const { rows } = await client.query(
      `insert into second_factor (id, identity_id, kind, name, credential_id, public_key, counter, transports, rp_id)
       values ($1, $2, 'passkey', $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing returning ${VIEW}`,
      [
        newId(),
        identityId,
        passkey.name,
        passkey.credentialId,
        passkey.publicKey,
        passkey.counter,
        passkey.transports,
        passkey.rpId,
      ],
    );
    return rows[0] ?? null;
  }

  /** Renames a factor. @returns null when the person has no such factor */
  async rename(identityId: string, id: string, name: string): Promise<FactorView | null> {
    const { rows } = await this.platform.query(
      `update second_factor set name = $3 where id = $2 and identity_id = $1 returning ${VIEW}`,
      [identityId, id, name],
    );
    return rows[0] ?? null;
  }

  /** Removes a factor. @returns its kind; null when the person has no such factor */
  async remove(client: PlatformClient, identityId: string, id: string): Promise<string | null> {
    const { rows } = await client.query(
      'delete from second_factor where id = $2 and identity_id = $1 returning kind',
      [identityId, id],
    );
    return rows[0]?.kind ?? null;
  }

  /** Removes all factors, codes and open challenges. @returns the number of factors removed */
  async removeAll(client: PlatformClient, identityId: string): Promise<number> {
    const { rowCount } = await client.query('delete from second_factor where identity_id = $1', [identityId]);
    await client.query('delete from recovery_code where identity_id = $1', [identityId]);
    await client.query('delete from second_factor_challenge where identity_id = $1', [identityId]);
    return rowCount ?? 0;
  }

  /** Replaces the person's recovery codes. */
  async setRecoveryCodes(client: PlatformClient, identityId: string, hashes: string[]): Promise<void> {
    await client.query('delete from recovery_code where identity_id = $1', [identityId]);
    await client.query('insert into recovery_code (identity_id, code_hash) select $1, unnest($2::text[])', [
      identityId,
      hashes,
    ]);
  }

  /** Stores an open challenge. @returns its id and expiry */
  async addChallenge(
    given: Pick<Challenge, 'identityId' | 'purpose' | 'challenge' | 'rpId'> &
      Partial<Pick<Challenge, 'memberId' | 'sessionId' | 'keyId' | 'sealed'>>,
  ): Promise<{ id: string; expiresAt: string }> {
    const { rows } = await this.platform.query(
      `insert into second_factor_challenge (id, identity_id, purpose, member_id, session_id, challenge, rp_id, key_id,
              sealed_secret, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(mins => $10))
       returning id, ${iso('expires_at')} as "expiresAt"`,
      [
        newId(),
        given.identityId,
        given.purpose,
        given.memberId ?? null,
        given.sessionId ?? null,
        given.challenge,
        given.rpId,
        given.keyId ?? null,
        given.sealed ?? null,
        CHALLENGE_MINUTES,
      ],
    );
    return rows[0];
  }

  /**
   * Returns the person's open challenge, locked until the transaction ends; null if it has expired, was used, or is
   * another person's.
   */
  async openChallenge(
    client: PlatformClient,
    identityId: string,
    id: string,
    purpose: ChallengePurpose,
  ): Promise<Challenge | null> {
    const { rows } = await client.query(
      `select id, identity_id as "identityId", purpose, member_id as "memberId", session_id as "sessionId", challenge,
              rp_id as "rpId", key_id as "keyId", sealed_secret as sealed
         from second_factor_challenge
        where id = $1 and identity_id = $2 and purpose = $3 and used_at is null and expires_at > now() and failures < $4
          for update`,
      [id, identityId, purpose, CHALLENGE_FAILURES],
    );
    return rows[0] ?? null;
  }

  /** Closes a challenge after a right answer, or counts a wrong one. */
  async answered(client: PlatformClient, id: string, isRight: boolean): Promise<void> {
    await client.query(
      isRight
        ? 'update second_factor_challenge set used_at = now(), sealed_secret = null where id = $1'
        : 'update second_factor_challenge set failures = failures + 1 where id = $1',
      [id],
    );
  }

  /** Returns which members of the tenant with a log-in have a second factor. */
  async coverage(tenantId: string): Promise<{ memberId: string; hasSecondFactor: boolean }[]> {
    const { rows } = await this.platform.query(
      `select m.id as "memberId", exists (select 1 from second_factor f where f.identity_id = m.identity_id) as "hasSecondFactor"
         from member m where m.tenant_id = $1 and m.deleted_at is null and m.identity_id is not null order by m.id`,
      [tenantId],
    );
    return rows;
  }

  /** Runs statements of the log in the transaction. */
  async tell(client: PlatformClient, statements: Statement[]): Promise<void> {
    for (const { text, values } of statements) await client.query(text, values as unknown[]);
  }

  /** Deletes expired challenges. @returns how many */
  async purge(): Promise<number> {
    const { rowCount } = await this.platform.query(
      `delete from second_factor_challenge where expires_at < now() - interval '1 day'`,
    );
    return rowCount ?? 0;
  }
}
