import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, excessOf } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext, requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldProblem, notFound, unprocessable } from '@pellucid/platform/errors';
import {
  CursorSealer,
  type FieldChange,
  type IdempotencyRequest,
  newId,
  piiOf,
  RecordRegistry,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';
import { readBlock } from './addresses.rules.js';
import { keyHasEnded, roleNotGrantable, versionConflict } from './api-keys.errors.js';
import {
  ApiKeysRepository,
  type ApiKeyState,
  type ApiKeyValues,
  type ApiKeyView,
  type UsageOfDay,
} from './api-keys.repository.js';
import { hashKey, newKey } from './key-format.js';

/** A key with its text, which is shown only once; null in the response to a repeated request. */
export type ShownApiKey = ApiKeyView & { key: string | null };

/** The values of a new key; what is left out is null or empty. */
export type ApiKeyWish = Pick<ApiKeyValues, 'name' | 'roleId'> & Partial<ApiKeyChange>;

/** Changes to a key; what is left out stays as it is. */
export type ApiKeyChange = { [Field in keyof ApiKeyValues]?: ApiKeyValues[Field] | undefined };

/** How a secret is rotated. */
export interface Rotation {
  overlapMinutes: number;
  /** The new expiry; by default it stays as it is. */
  expiresAt?: string | null | undefined;
}

const VALUES = ['name', 'roleId', 'expiresAt', 'allowedAddresses', 'ratePerMinute'] as const;

/**
 * Creates, changes, rotates and revokes the keys of the context's company. Changes apply on every replica within a
 * second.
 */
@Injectable()
export class ApiKeysService {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ApiKeysRepository) private readonly repository: ApiKeysRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  /** Returns a page of keys, newest first. */
  async list(query: {
    limit: number;
    cursor?: string | undefined;
    state?: ApiKeyState | undefined;
  }): Promise<{ data: ApiKeyView[]; nextCursor: string | null }> {
    const binding = `apiKeys ${requireTenant()} ${query.state ?? ''}`;
    const after = query.cursor === undefined ? undefined : this.cursors.open(query.cursor, binding).id;
    const found = await this.repository.page(query.limit + 1, query.state, after);
    const data = found.slice(0, query.limit);
    await this.records.reader.nameMakers(data.map(({ createdBy }) => createdBy));
    return {
      data,
      nextCursor:
        found.length > query.limit ? this.cursors.seal({ values: [], id: data.at(-1)!.id }, binding) : null,
    };
  }

  /** Returns a key. @throws ProblemError 404 */
  async get(id: string): Promise<ApiKeyView> {
    const key = found(await this.repository.find(id));
    await this.records.reader.nameMakers([key.createdBy]);
    return key;
  }

  /** Returns requests and failures of each of the last days, oldest first. @throws ProblemError 404 */
  async usage(id: string, days: number): Promise<UsageOfDay[]> {
    await this.get(id);
    const used = new Map((await this.repository.usage(id, days)).map((row) => [row.day, row]));
    return lastDays(days).map((day) => used.get(day) ?? { day, requests: 0, failures: 0 });
  }

  /**
   * Creates a key.
   * @throws ProblemError 422 naming the field, 403 for a role with rights that the caller does not have
   */
  async create(wish: ApiKeyWish, idempotency?: IdempotencyRequest): Promise<ShownApiKey> {
    const values = tidy({ expiresAt: null, allowedAddresses: [], ratePerMinute: null, ...given(wish) });
    await this.assertAllowed(values);
    let key = '';
    const made = await this.records.unit(idempotency, async (uow) => {
      const id = newId();
      key = newKey(uow.tenantId, id);
      // Locks out other changes of rights, so that the role cannot be deleted before the key has it.
      await uow.bumpAccessVersion();
      if (!(await this.repository.hasRole(uow, values.roleId))) throw unprocessable([unknownRole()]);
      await uow.together([
        this.repository.insert(uow.tenantId, id, values, hashKey(key), currentContext().actor.id),
        ...securityEventStatements([
          { verb: 'apiKeyCreated', object: 'apiKey', recordId: id, changes: after(values) },
        ]),
      ]);
      return { status: 201, body: { id } };
    });
    return this.shown(made.body.id, made.replayed ? null : key);
  }

  /**
   * Changes a key.
   * @param ifMatch version that the caller read
   * @throws ProblemError 404, 403, 409 for a revoked key, 412, 422
   */
  async change(
    id: string,
    change: ApiKeyChange,
    ifMatch?: number,
    idempotency?: IdempotencyRequest,
  ): Promise<ApiKeyView> {
    const wanted = given(change);
    await this.records.unit(idempotency, async (uow) => {
      const before = await this.living(uow, id);
      if (ifMatch !== undefined && ifMatch !== before.version) throw versionConflict(before);
      const values = tidy({ ...valuesOf(before), ...wanted });
      // An expiry in the past does not prevent other changes.
      await this.assertAllowed(values, wanted.expiresAt !== undefined);
      await this.assertWithinOwnRights(before.roleId);
      const changes = difference(valuesOf(before), values);
      if (Object.keys(changes).length === 0) return { status: 200, body: { id } };
      await uow.bumpAccessVersion();
      if (!(await this.repository.hasRole(uow, values.roleId))) throw unprocessable([unknownRole()]);
      await uow.together([
        this.repository.change(id, values),
        ...securityEventStatements([{ verb: 'apiKeyChanged', object: 'apiKey', recordId: id, changes }]),
      ]);
      return { status: 200, body: { id } };
    });
    this.access.forget(requireTenant());
    return this.get(id);
  }

  /**
   * Gives a key a new secret; the current one keeps working for the overlap. An older one from the previous rotation
   * stops working.
   * @throws ProblemError 404, 403 for a key with rights that the caller does not have, 409 for a revoked key, 422 for
   *   an expired one
   */
  async rotate(id: string, rotation: Rotation, idempotency?: IdempotencyRequest): Promise<ShownApiKey> {
    let key = '';
    const made = await this.records.unit(idempotency, async (uow) => {
      const before = await this.living(uow, id);
      await this.assertWithinOwnRights(before.roleId);
      const expiresAt = rotation.expiresAt === undefined ? before.expiresAt : instantOf(rotation.expiresAt);
      const problems = expiryProblems(expiresAt);
      if (problems.length) throw unprocessable(problems);
      key = newKey(uow.tenantId, id);
      await uow.together([
        this.repository.replaceSecret(id, hashKey(key), rotation.overlapMinutes, expiresAt),
        ...securityEventStatements([
          {
            verb: 'apiKeyRotated',
            object: 'apiKey',
            recordId: id,
            changes: {
              overlapMinutes: { after: rotation.overlapMinutes },
              ...difference({ expiresAt: before.expiresAt }, { expiresAt }),
            },
          },
        ]),
      ]);
      await uow.bumpAccessVersion();
      return { status: 200, body: { id } };
    });
    return this.shown(made.body.id, made.replayed ? null : key);
  }

  /** Revokes a key permanently. Revoking it again changes nothing. @throws ProblemError 404 */
  async revoke(id: string): Promise<void> {
    await this.records.unit(undefined, async (uow) => {
      const before = found(await this.repository.lock(uow, id));
      if (before.state !== 'revoked') {
        await uow.together([
          this.repository.revoke(id),
          ...securityEventStatements([
            {
              verb: 'apiKeyRevoked',
              object: 'apiKey',
              recordId: id,
              changes: { state: { before: before.state, after: 'revoked' } },
            },
          ]),
        ]);
        await uow.bumpAccessVersion();
      }
      return { status: 204, body: null };
    });
    this.access.forget(requireTenant());
  }

  private async shown(id: string, key: string | null): Promise<ShownApiKey> {
    this.access.forget(requireTenant());
    return { ...(await this.get(id)), key };
  }

  private async living(uow: UnitOfWork, id: string): Promise<ApiKeyView> {
    const key = found(await this.repository.lock(uow, id));
    if (key.state === 'revoked') throw keyHasEnded();
    return key;
  }

  /** Checks the values of a key. @param isNewExpiry whether this request sets the expiry */
  private async assertAllowed(values: ApiKeyValues, isNewExpiry = true): Promise<void> {
    const { roles } = await this.access.current();
    const problems: FieldProblem[] = [
      ...(values.name === ''
        ? [
            {
              pointer: '/name',
              code: 'too_small',
              message: 'Enter a name that says what the key is for.',
            },
          ]
        : []),
      ...(roles.has(values.roleId) ? [] : [unknownRole()]),
      ...(isNewExpiry ? expiryProblems(values.expiresAt) : []),
      ...values.allowedAddresses.flatMap((text, index) => {
        const read = readBlock(text);
        return 'problem' in read
          ? [{ pointer: `/allowedAddresses/${index}`, code: 'invalidAddress', message: read.problem }]
          : [];
      }),
    ];
    if (problems.length) throw unprocessable(problems);
    await this.assertWithinOwnRights(values.roleId);
  }

  /** Checks that the role grants nothing that the caller does not have. @throws ProblemError 403 */
  private async assertWithinOwnRights(roleId: string): Promise<void> {
    const snapshot = await this.access.current();
    const role = snapshot.roles.get(roleId);
    if (!role) return;
    const objects = this.registry.allForTenant(snapshot).map(({ key, verbs, fields }) => ({
      key,
      verbs: verbs.map((verb) => verb.key),
      fields: fields.map((f) => ({ key: f.key, pii: piiOf(key, f, snapshot) })),
    }));
    const excess = excessOf(role, this.access.subject(snapshot), objects);
    if (excess !== undefined) throw roleNotGrantable(role.name, excess);
  }
}

function found(key: ApiKeyView | undefined): ApiKeyView {
  if (!key) throw notFound('The API key');
  return key;
}

const unknownRole = (): FieldProblem => ({
  pointer: '/roleId',
  code: 'unknownRole',
  message: "This role doesn't exist. Choose one from GET /roles.",
});

function expiryProblems(expiresAt: string | null): FieldProblem[] {
  if (expiresAt === null || new Date(expiresAt).getTime() > Date.now()) return [];
  const message = 'The expiry date is in the past. Choose a future date, or null for none.';
  return [{ pointer: '/expiresAt', code: 'pastExpiry', message }];
}

const instantOf = (text: string | null) => (text === null ? null : new Date(text).toISOString());

/** Removes properties that were left out. */
function given<T extends object>(wish: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as never;
}

function tidy(values: ApiKeyValues): ApiKeyValues {
  return {
    ...values,
    expiresAt: instantOf(values.expiresAt),
    allowedAddresses: [...new Set(values.allowedAddresses.map((text) => text.trim().toLowerCase()))],
  };
}

const valuesOf = (key: ApiKeyView) =>
  Object.fromEntries(VALUES.map((name) => [name, key[name]])) as unknown as ApiKeyValues;

const after = (values: ApiKeyValues): Record<string, FieldChange> =>
  Object.fromEntries(VALUES.map((name) => [name, { after: values[name] }]));

function difference<T extends object>(before: T, next: T): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {};
  for (const name of Object.keys(before) as (keyof T & string)[])
    if (JSON.stringify(before[name]) !== JSON.stringify(next[name]))
      changes[name] = { before: before[name], after: next[name] };
  return changes;
}

/** Returns the last days in UTC including today, oldest first, as `YYYY-MM-DD`. */
function lastDays(count: number): string[] {
  const today = new Date();
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - count + 1 + index))
      .toISOString()
      .slice(0, 10),
  );
}
