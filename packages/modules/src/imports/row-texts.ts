import {
  type MasterKeyConfig,
  MasterKeys,
  RecordSecrets,
  type WrappedPlace,
  type WrappedSecret,
} from '@pellucid/platform/crypto';
import type { Findings } from './engine/preview-findings.js';
import { type Reason, reason } from './reasons/reason.js';

/** The stored texts of a row. They may be anything, including values that fields store encrypted. */
export interface KeptTexts {
  /** The original cells of a row that somebody may have to correct. */
  cells: string[] | null;
  /** Why the row failed. */
  reasons: Reason[] | null;
  /** Texts of references that the second pass sets, by field key. */
  deferred: Record<string, string> | null;
  /** In a preview: what the row would change. */
  changes?: StoredChange[] | null;
}

/** A value before and after, under the key of its field. A list, because a preview stores very many. */
export type StoredChange = readonly [field: string, before: unknown, after: unknown];

/** Rows that were stored before reasons had codes have a sentence instead. */
type StoredTexts = KeptTexts & { reason?: string | null };

/** Encrypts and decrypts the texts of one import's rows, each bound to its row. */
export class RowTexts {
  constructor(
    private readonly secrets: RecordSecrets,
    private readonly key: Buffer,
    private readonly importId: string,
  ) {}

  /** Returns the encrypted texts in PostgreSQL's notation for bytes; null if there are none. */
  seal(row: number, texts: KeptTexts): string | null {
    if (!texts.cells && !texts.reasons && !texts.deferred && !texts.changes?.length) return null;
    return `\\x${this.secrets.encrypt(this.key, `${this.importId}:${row}`, texts).toString('hex')}`;
  }

  /** Like {@link seal}, for what a batch of a preview found; `row` is its first. */
  sealFindings(row: number, findings: Findings): string {
    return `\\x${this.secrets.encrypt(this.key, this.findingsOf(row), findings).toString('hex')}`;
  }

  /** Reverses {@link sealFindings}. @throws Error when the bytes were altered or belong to another row */
  openFindings(row: number, sealed: Buffer): Findings {
    return this.secrets.decrypt(this.key, this.findingsOf(row), sealed);
  }

  private findingsOf(row: number): string {
    return `${this.importId}:findings:${row}`;
  }

  /** Reverses {@link seal}. @throws Error when the bytes were altered or belong to another row */
  open(row: number, sealed: Buffer | null): KeptTexts {
    if (!sealed) return { cells: null, reasons: null, deferred: null };
    const { reason: told, ...texts }: StoredTexts = this.secrets.decrypt(
      this.key,
      `${this.importId}:${row}`,
      sealed,
    );
    return told == null ? texts : { ...texts, reasons: [reason('told', { text: told })] };
  }
}

/** Where the keys of imports are stored. */
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

  /** Returns a new key in its wrapped form. */
  create(tenantId: string, importId: string): WrappedSecret {
    return this.secrets.create(tenantId, 'import', importId).secret;
  }

  /**
   * Opens the key of an import.
   * @throws ProblemError 503 when the key was altered or moved, or its master key is missing
   */
  textsOf(tenantId: string, importId: string, secret: WrappedSecret): RowTexts {
    return new RowTexts(this.secrets, this.secrets.unwrap(tenantId, 'import', importId, secret), importId);
  }
}
