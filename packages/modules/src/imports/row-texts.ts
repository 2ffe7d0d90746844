import {
  type MasterKeyConfig,
  MasterKeys,
  RecordSecrets,
  type WrappedPlace,
  type WrappedSecret,
} from '@pellucid/platform/crypto';

/** What is kept of a row's texts. They may be anything, also what fields hold encrypted. */
export interface KeptTexts {
  /** The row as in the file, where somebody may have to mend it. */
  cells: string[] | null;
  /** Why it failed. */
  reason: string | null;
  /** Texts of references that the second pass sets, by field key. */
  deferred: Record<string, string> | null;
}

/** Seals and opens the texts of one import's rows, each bound to its row. */
export class RowTexts {
  constructor(
    private readonly secrets: RecordSecrets,
    private readonly key: Buffer,
    private readonly importId: string,
  ) {}

  /** The encrypted texts, as PostgreSQL reads bytes; null where there are none. */
  seal(row: number, texts: KeptTexts): string | null {
    if (!texts.cells && texts.reason === null && !texts.deferred) return null;
    return `\\x${this.secrets.encrypt(this.key, `${this.importId}:${row}`, texts).toString('hex')}`;
  }

  /** The reverse of {@link seal}. @throws Error when the bytes were altered or belong to another row */
  open(row: number, sealed: Buffer | null): KeptTexts {
    if (!sealed) return { cells: null, reason: null, deferred: null };
    return this.secrets.decrypt(this.key, `${this.importId}:${row}`, sealed);
  }
}

/** Where the keys of imports stand. */
export const IMPORT_KEYS: WrappedPlace = {
  kind: 'keys of imports',
  table: 'import_run',
  primaryKey: { tenant_id: 'uuid', id: 'uuid' },
  keyId: 'key_id',
  wrapped: 'wrapped_key',
  purpose: 'record-secret',
  aad: "tenant_id || ':import:' || id",
};

/** Keys of imports. */
export class ImportKeys {
  private readonly secrets: RecordSecrets;

  constructor(config: MasterKeyConfig) {
    this.secrets = new RecordSecrets(MasterKeys.of(config));
  }

  /** A fresh key in its wrapped form. */
  create(tenantId: string, importId: string): WrappedSecret {
    return this.secrets.create(tenantId, 'import', importId).secret;
  }

  /** @throws ProblemError 503 when the key was altered, moved, or wrapped under a master key that is not here */
  textsOf(tenantId: string, importId: string, secret: WrappedSecret): RowTexts {
    return new RowTexts(this.secrets, this.secrets.unwrap(tenantId, 'import', importId, secret), importId);
  }
}
