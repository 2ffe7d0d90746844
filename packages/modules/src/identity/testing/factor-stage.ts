import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { expect } from 'vitest';
import { appCode, appStep } from './authenticator-app.js';
import { confirmAddress } from './confirm-address.js';
import { type IdentityApi, identityApi, registration } from './identity-api.js';
import { SoftwareAuthenticator } from './software-authenticator.js';

/** Host of the API in these tests; passkeys are bound to it. */
export const HOST = 'crm.example.com';

/** A person who registered a company. */
export interface Person {
  wish: ReturnType<typeof registration>;
  token: string;
  refresh: string;
  tenantId: string;
  memberId: string;
  identityId: string;
}

/** An API on a database of its own, with the actions of people who use second factors. */
export class FactorStage {
  private constructor(
    readonly database: TestDatabase,
    readonly api: IdentityApi,
    readonly owner: pg.Client,
  ) {}

  static async start(): Promise<FactorStage> {
    const database = await testDatabase();
    const api = await identityApi(database, { PELLUCID_PUBLIC_URL: `https://${HOST}` });
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    return new FactorStage(database, api, owner);
  }

  async end(): Promise<void> {
    await this.owner.end();
    await this.api.close();
    await this.database.drop();
  }

  /** Registers a company with an administrator whose address is confirmed. */
  async register(change: Record<string, unknown> = {}): Promise<Person> {
    const wish = registration(change);
    const { status, body, refresh } = await this.api.call('POST', '/auth/register', { body: wish });
    expect(status, JSON.stringify(body)).toBe(201);
    await confirmAddress(this.owner, wish.email);
    return {
      wish,
      token: body.accessToken,
      refresh: refresh!,
      tenantId: body.tenant.id,
      memberId: body.user.memberId,
      identityId: body.user.id,
    };
  }
  /** Sends a request to the host that passkeys are bound to. */
  send(method: string, path: string, token?: string, body?: unknown, more: object = {}) {
    return this.api.call(method, path, {
      ...(token ? { token } : {}),
      ...(body === undefined ? {} : { body }),
      headers: { host: HOST },
      ...more,
    });
  }
  /** The first step of a log-in. */
  logIn({ wish }: Person, more: object = {}, call: object = {}) {
    return this.send(
      'POST',
      '/auth/login',
      undefined,
      { email: wish.email, password: wish.password, ...more },
      call,
    );
  }
  /** The second step of a log-in. */
  finish(token: string, answer: object, call: object = {}) {
    return this.send('POST', '/auth/second-factor', undefined, { token, ...answer }, call);
  }
  /** Returns the status when the token's holder requests their own data. */
  async me(token: string) {
    return (await this.send('GET', '/auth/me', token)).status;
  }
  /** Allows codes of the same half-minute again, as if time had passed. */
  passTime({ identityId }: Person) {
    return this.owner.query('update second_factor set last_step = null where identity_id = $1', [identityId]);
  }

  /** Adds an authenticator app. @returns its secret, the time step of the code that added it, and the recovery codes */
  async addApp(person: Person, proof?: object) {
    const begun = await this.send('POST', '/auth/second-factors/totp', person.token, proof ? { proof } : {});
    expect(begun.status, JSON.stringify(begun.body)).toBe(200);
    const { enrolment, secret } = begun.body;
    const step = appStep();
    const added = await this.send('POST', '/auth/second-factors/totp/confirm', person.token, {
      enrolment,
      code: appCode(secret, step),
      name: 'Phone',
    });
    expect(added.status, JSON.stringify(added.body)).toBe(201);
    person.token = added.body.accessToken;
    return {
      secret: secret as string,
      step,
      codes: added.body.recoveryCodes as string[],
      id: added.body.factor.id,
    };
  }

  /** Adds a passkey. */
  async addPasskey(person: Person, proof?: object) {
    const authenticator = new SoftwareAuthenticator(`https://${HOST}`);
    const begun = await this.send(
      'POST',
      '/auth/second-factors/passkey',
      person.token,
      proof ? { proof } : {},
    );
    expect(begun.status, JSON.stringify(begun.body)).toBe(200);
    const { enrolment, options } = begun.body;
    const added = await this.send('POST', '/auth/second-factors/passkey/confirm', person.token, {
      enrolment,
      attestation: authenticator.create(options),
      name: 'Key ring',
    });
    expect(added.status, JSON.stringify(added.body)).toBe(201);
    person.token = added.body.accessToken;
    return { authenticator, id: added.body.factor.id as string, codes: added.body.recoveryCodes };
  }

  /** Returns the company's security events, oldest first. */
  async eventsOf({ tenantId }: Person, verb?: string) {
    const { rows } = await this.owner.query(
      `select verb, record_id, changes, actor_kind, actor_id, origin from record_event
        where tenant_id = $1 and object = 'security.member' and ($2::text is null or verb = $2) order by id`,
      [tenantId, verb ?? null],
    );
    return rows;
  }

  /** Makes the company require a second factor, as if an administrator who has one had set it. */
  async require({ tenantId }: Person, isRequired = true) {
    await this.owner.query('update tenant_setting set require_second_factor = $2 where tenant_id = $1', [
      tenantId,
      isRequired,
    ]);
    await this.owner.query('update tenant set access_version = access_version + 1 where id = $1', [tenantId]);
  }

  /** Adds a person to the company. */
  async join(company: Person, wish = registration(), roleKey = 'salesRep') {
    const { rows } = await this.owner.query('select id from role where tenant_id = $1 and key = $2', [
      company.tenantId,
      roleKey,
    ]);
    const invited = await this.send('POST', '/members/invite', company.token, {
      email: wish.email,
      name: wish.name,
      roleIds: [rows[0].id],
    });
    expect(invited.status, JSON.stringify(invited.body)).toBe(201);
    // The worker would mail the link; here its token is set directly.
    const token = `invitation-${crypto.randomUUID()}`;
    await this.owner.query(
      `update invitation set token_hash = replace(replace(rtrim(encode(sha256($2::bytea), 'base64'), '='), '+', '-'), '/', '_')
        where id = $1`,
      [invited.body.id, token],
    );
    const accepted = await this.send('POST', '/auth/accept-invite', undefined, {
      token,
      name: wish.name,
      password: wish.password,
    });
    return { wish, accepted, memberId: invited.body.memberId as string };
  }
}
