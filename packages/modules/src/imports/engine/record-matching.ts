import { isBlankText, tidyKey } from '@pellucid/conditions';
import { requireTenant } from '@pellucid/platform/context';
import { averageTenant, type Statement } from '@pellucid/platform/db';
import {
  fieldNorm,
  type FieldDescriptor,
  QueryParts,
  type RecordDescriptor,
  storedNorms,
} from '@pellucid/platform/records';
import type { ImportRights } from './import-rights.js';

/** Values of a record on which the meaning of names and currency signs depends, by field key. */
export type Scopes = Readonly<Record<string, string | null>>;

/** A matched record. */
export interface Match {
  id: string;
  version: number;
  scopes: Scopes;
}

const SEPARATOR = '\u001f';

/** Finds existing records by the combination of all match fields of a row. */
export class RecordMatching {
  /** Maps each possible content of an encrypted field's column to its text, by position of the field. */
  private readonly forms: (Map<string, string> | undefined)[] = [];

  private readonly fields: FieldDescriptor[];

  /**
   * @param descriptor the current description: how values are stored may change while an import runs
   * @param scopeFields reference fields whose current value determines what other names mean
   * @param rights of the importing person: records that they may not see are not found
   */
  constructor(
    private readonly descriptor: RecordDescriptor,
    fields: FieldDescriptor[],
    private readonly scopeFields: FieldDescriptor[],
    private readonly rights: ImportRights,
  ) {
    this.fields = fields.map((f) => descriptor.byKey.get(f.key) ?? f);
  }

  /** Whether the key contains references, which have to be resolved first. */
  get needsReferences(): boolean {
    return this.fields.some((f) => f.traits.family === 'reference');
  }

  /** Whether the meaning of names and currency signs may depend on a record's values. */
  get hasScopes(): boolean {
    return this.scopeFields.length > 0;
  }

  /** Returns the match key of a row; undefined when a part of it is missing. */
  keyOf(values: Record<string, unknown>): string | undefined {
    const parts: string[] = [];
    for (const field of this.fields) {
      const part = keyPart(field, values[field.key]);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts.length ? parts.join(SEPARATOR) : undefined;
  }

  /** Returns a statement that finds the records of all rows; pass its rows to {@link read}. */
  statement(rows: Record<string, unknown>[]): Statement | undefined {
    const keyed = rows.filter((values) => this.keyOf(values) !== undefined);
    if (keyed.length === 0) return undefined;
    const values: unknown[] = [];
    const selects: string[] = ['t.id', 't.version'];
    const conditions: string[] = ['t.deleted_at is null'];
    const joins: string[] = [];
    for (const [i, field] of this.fields.entries()) {
      const parts = [...new Set(keyed.map((row) => keyPart(field, row[field.key])!))];
      values.push(parts);
      const param = `$${values.length}`;
      const rows = field.storage.holding!(`x${i}`, param, field.traits.sqlType);
      if (rows.join) joins.push(rows.join);
      conditions.push(rows.where);
      selects.push(`${rows.value} as k${i}`);
      if (!field.cipher) continue;
      // Encrypted values are looked up, and recognised, by their stored forms.
      const known = parts.flatMap((part) => storedNorms(field, part).map((form) => [form, part] as const));
      this.forms[i] = new Map([...(this.forms[i] ?? []), ...known]);
      values[values.length - 1] = known.map(([form]) => form);
    }
    for (const [i, field] of this.scopeFields.entries()) selects.push(`${field.storage.value('t')} as s${i}`);
    const parts = new QueryParts(values);
    conditions.push(`t.tenant_id = ${averageTenant(parts.param(requireTenant()))}`);
    const readable = this.rights.readable(this.descriptor.key, 't', parts);
    if (readable) conditions.push(readable);
    return parts.statement(
      `select ${selects.join(', ')} from ${this.descriptor.source} t ${joins.join(' ')} where ${conditions.join(' and ')}`,
    );
  }

  /** Converts rows of the {@link statement} to records by key. */
  read(rows: Record<string, any>[]): Map<string, Match[]> {
    const found = new Map<string, Match[]>();
    for (const row of rows) {
      const key = this.fields.map((_, i) => this.forms[i]?.get(row[`k${i}`]) ?? row[`k${i}`]).join(SEPARATOR);
      const scopes = Object.fromEntries(this.scopeFields.map((f, i) => [f.key, row[`s${i}`]]));
      const list = found.get(key);
      const match: Match = { id: row['id'], version: row['version'], scopes };
      if (list) list.push(match);
      else found.set(key, [match]);
    }
    return found;
  }
}

/** Returns a value in the form in which the database compares it, as text; undefined for an empty one. */
export function keyPart(field: FieldDescriptor, value: unknown): string | undefined {
  if (value === null || value === undefined || isBlankText(String(value))) return undefined;
  if (field.isKey) return tidyKey(String(value));
  if (field.storage.norm) return fieldNorm(field, value)!;
  const { codec, family } = field.traits;
  if (family === 'decimal') {
    try {
      return String(codec.toColumn(codec.parse(value, field), field));
    } catch {
      return undefined;
    }
  }
  return String(value);
}
