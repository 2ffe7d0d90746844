import { Inject, Injectable } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import { AccessDirectory, type ApiKeyAccess, type TenantSnapshot } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { ProblemError } from '@pellucid/platform/errors';
import type { ApiRequest } from '@pellucid/platform/http';
import { type AddressBlock, isWithin, readBlock } from './addresses.rules.js';
import {
  invalidKey,
  keyAddress,
  keyExpired,
  keyReplaced,
  keyRevoked,
  twoCredentials,
} from './api-keys.errors.js';
import { ApiKeysRepository, type StoredSecret } from './api-keys.repository.js';
import { hashKey, KEY_PREFIX, type KeyName, parseKey, sameHash } from './key-format.js';
import { KeyRefusals } from './key-refusals.js';

/** Header for a key when a client cannot set Authorization. */
const KEY_HEADER = 'x-api-key';
const BEARER = /^bearer +(\S+) *$/i;
/**
 * Maximum number of revoked keys whose secrets are cached, so that a program that keeps using one does not cost a query
 * each time.
 */
const MAX_REVOKED = 1_000;

/**
 * Property of a request for the key whose secret it proved. Set on the request itself, because refused requests also
 * count as use.
 */
const PROVED = Symbol('provedApiKey');
type MarkedRequest = { [PROVED]?: KeyName };

/** Returns the key whose secret a request proved, whatever the response was; undefined for any other request. */
export function provedKeyOf(request: object): KeyName | undefined {
  return (request as MarkedRequest)[PROVED];
}

/** Authenticates callers by their API key and binds tenant and key to the work context. */
@Injectable()
export class ApiKeyAuthenticator {
  private readonly blocks = new WeakMap<ApiKeyAccess, AddressBlock[]>();
  /** By the key's id. A revoked key stays revoked and keeps its secrets, so entries never become outdated. */
  private readonly revoked = new LruMap<string, StoredSecret>(MAX_REVOKED);

  constructor(
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(ApiKeysRepository) private readonly repository: ApiKeysRepository,
    @Inject(KeyRefusals) private readonly refusals: KeyRefusals,
  ) {}

  /**
   * Returns the key that a request sends in `Authorization: Bearer` or `X-Api-Key`; undefined when it sends none.
   * @throws ProblemError 401 when the two contain different credentials
   */
  keyOf(request: ApiRequest): string | undefined {
    const own = request.headers[KEY_HEADER];
    const { authorization } = request.headers;
    const bearer =
      authorization === undefined ? undefined : (BEARER.exec(authorization)?.[1] ?? authorization);
    if (own === undefined) return bearer?.startsWith(KEY_PREFIX) ? bearer : undefined;
    if (bearer !== undefined && bearer !== own) throw twoCredentials();
    return String(own);
  }

  /**
   * Binds the key's company, and the key as actor without a member, to the context.
   * @throws ProblemError 401 `invalidKey`, `keyRevoked`, `keyExpired` or `keyAddress`; 403 for a suspended company
   */
  async authenticate(request: ApiRequest, key: string): Promise<TenantSnapshot> {
    const name = parseKey(key);
    if (!name) throw invalidKey();
    const context = currentContext();
    context.tenantId = name.tenantId;
    try {
      const snapshot = await this.current();
      await this.assertUsable(snapshot, request, name, hashKey(key));
      context.actor = { kind: 'apiKey', id: name.keyId };
      this.access.subject(snapshot);
      return snapshot;
    } catch (error) {
      // Authentication failed, so log lines and limits that follow must not be attributed to the tenant.
      context.tenantId = null;
      context.actor = { kind: 'system', id: null };
      throw error;
    }
  }

  private async current(): Promise<TenantSnapshot> {
    try {
      return await this.access.current();
    } catch (error) {
      throw error instanceof ProblemError && error.code === 'unknownTenant' ? invalidKey() : error;
    }
  }

  private async assertUsable(
    snapshot: TenantSnapshot,
    request: ApiRequest,
    name: KeyName,
    hash: string,
  ): Promise<void> {
    const known = snapshot.apiKeys.get(name.keyId);
    const stored = known ?? (await this.revokedSecret(name.keyId));
    const isCurrent = sameHash(hash, stored?.secretHash);
    const isPrevious = sameHash(hash, stored?.previousHash);
    if (!stored) throw invalidKey();
    if (!isCurrent && !isPrevious) throw this.refused(name, invalidKey(), false);
    (request as MarkedRequest)[PROVED] = name;
    const now = Date.now();
    if (!known || known.revokedAt !== null) throw this.refused(name, keyRevoked());
    if (!isCurrent && (known.previousUntil ?? 0) <= now) throw this.refused(name, keyReplaced());
    if (known.expiresAt !== null && known.expiresAt <= now) throw this.refused(name, keyExpired());
    if (known.allowedAddresses.length > 0 && !isWithin(request.ip, this.blocksOf(known)))
      throw this.refused(name, keyAddress(request.ip));
  }

  private refused(name: KeyName, problem: ProblemError, isProved = true): ProblemError {
    this.refusals.note(name, problem.code, isProved);
    return problem;
  }

  private blocksOf(key: ApiKeyAccess): AddressBlock[] {
    let blocks = this.blocks.get(key);
    if (!blocks) {
      blocks = key.allowedAddresses.flatMap((text) => {
        const read = readBlock(text);
        return 'block' in read ? [read.block] : [];
      });
      this.blocks.set(key, blocks);
    }
    return blocks;
  }

  private async revokedSecret(keyId: string): Promise<StoredSecret | undefined> {
    const known = this.revoked.get(keyId);
    if (known) return known;
    const found = await this.repository.revokedSecret(keyId);
    if (found) this.revoked.set(keyId, found);
    return found;
  }
}
