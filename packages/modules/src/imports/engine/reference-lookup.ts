import { normalizeText, tidyKey, tidyText } from '@pellucid/conditions';
import { readEmail } from '@pellucid/conditions/contact-text';
import { isUuid, requireTenant } from '@pellucid/platform/context';
import { averageTenant, type Statement } from '@pellucid/platform/db';
import {
  type FieldDescriptor,
  fieldNorm,
  QueryParts,
  type RecordDescriptor,
  storedNorms,
} from '@pellucid/platform/records';
import { holdingIds, isLookupKey, RECORD_ID_KEY } from '../mapping/import-targets.js';
import { BY_NAME } from './import-plan.js';
import type { ImportRights } from './import-rights.js';

/** A record that a text may refer to. */
export interface Candidate {
  id: string;
  /** Its name, byte for byte: an exact match takes precedence over one in different case. */
  label: string;
  /** For scoped names: the record within which the name is unique, and whether it is the tenant's preferred one. */
  scope?: string | null;
  preferred?: boolean;
}

/** What a text refers to. */
export type Resolution = { id: string } | { ambiguous: string[] } | undefined;

/** Records found by what they are called. */
const byDisplayName = { join: '', where: 't.display_norm = any($1::text[])', value: 't.display_norm' };

/** Looks up records of one object by one field. Texts are compared in normalised form, external ids byte for byte. */
export class ReferenceLookup {
  private readonly wanted = new Map<string, string>();
  private readonly found = new Map<string, Candidate[]>();
  /** Maps each possible content of an encrypted field's column to its text. */
  private readonly forms = new Map<string, string>();

  constructor(
    /** Tells the look-ups of a plan apart. */
    readonly key: string,
    readonly descriptor: RecordDescriptor,
    readonly by: string,
    private readonly descriptors: (object: string) => RecordDescriptor,
    private readonly rights: ImportRights,
    private readonly scope?: FieldDescriptor['lookupScope'],
  ) {}

  /** Returns the key under which the text is looked up. */
  keyOf(text: string): string {
    if (this.by === 'externalId') return tidyKey(text);
    return this.descriptor.byKey.get(this.by)?.form.norm(text) ?? normalizeText(text);
  }

  /** Adds the text to the next look-up. */
  want(text: string): void {
    this.wanted.set(this.keyOf(text), tidyText(text));
  }

  /**
   * Returns a statement that looks up all texts that were added; undefined when there are none. Pass its rows to {@link
   * take}.
   */
  statement(): Statement | undefined {
    const byId = this.by === RECORD_ID_KEY;
    const keys = [...this.wanted.keys()].filter((key) => !byId || isUuid(key));
    if (keys.length === 0) return undefined;
    const { source, key: object } = this.descriptor;
    const email = this.emailField;
    const parts = new QueryParts([
      this.by === 'externalId' ? keys : this.storedForms(keys, email),
      requireTenant(),
    ]);
    const readable = this.rights.readable(object, 't', parts);
    const seen = readable ? ` and ${readable}` : '';
    const [scopeColumns, scopeJoin] = this.scopeSql();
    const one = (field: FieldDescriptor | undefined) => {
      const rows = byId ? holdingIds('$1') : (field?.storage.holding?.('x', '$1', 'text') ?? byDisplayName);
      const label = byId
        ? rows.value
        : field
          ? field.isKey
            ? rows.value
            : field.storage.value('t')
          : 't.display_name';
      return `select t.id, ${rows.value} as key, ${label} as label${scopeColumns} from ${source} t ${rows.join} ${scopeJoin} where t.tenant_id = ${averageTenant('$2')} and ${rows.where} and t.deleted_at is null${seen}`;
    };
    return parts.statement(one(this.byField) + (email ? ` union all ${one(email)}` : ''));
  }

  /** The field that records are looked up by; undefined for their name. */
  private get byField(): FieldDescriptor | undefined {
    const field = this.descriptor.byKey.get(this.by);
    return field && isLookupKey(field) ? field : undefined;
  }

  /** People are also found by e-mail, since nobody's name looks like an address. */
  private get emailField(): FieldDescriptor | undefined {
    const { key, emailField, byKey } = this.descriptor;
    const isByEmail = this.by === BY_NAME && emailField !== undefined && this.rights.isClear(key, emailField);
    return isByEmail ? byKey.get(emailField) : undefined;
  }

  /** Encrypted texts are looked up by their stored forms, addresses also in the form in which they are compared. */
  private storedForms(keys: string[], email: FieldDescriptor | undefined): string[] {
    const field = this.descriptor.byKey.get(this.by);
    if (field?.cipher)
      for (const key of keys) for (const form of storedNorms(field, key)) this.forms.set(form, key);
    if (email)
      for (const [key, text] of this.wanted)
        if (readEmail(text) !== undefined) this.forms.set(fieldNorm(email, text)!, key);
    return field?.cipher ? [...this.forms.keys()] : [...new Set([...keys, ...this.forms.keys()])];
  }

  /** Takes the rows of the {@link statement}. */
  take(rows: { id: string; key: string; label: string; scope?: string; preferred?: boolean }[]): void {
    for (const { key: stored, ...row } of rows) {
      const key = this.forms.get(stored);
      if (key === undefined) this.add(stored, row);
      else this.add(key, { ...row, label: key });
    }
  }

  /** Returns what was found for each text that was looked up, by its key. */
  results(): [key: string, found: Candidate[]][] {
    return [...this.wanted.keys()].map((key) => [key, [...(this.found.get(key) ?? [])]]);
  }

  /** Returns the records that the text may refer to. */
  candidates(text: string): readonly Candidate[] {
    return this.found.get(this.keyOf(text)) ?? [];
  }

  /** Adds a record that was just created. */
  add(key: string, candidate: Candidate): void {
    const known = this.found.get(key);
    if (!known) this.found.set(key, [candidate]);
    else if (!known.some((c) => c.id === candidate.id)) known.push(candidate);
  }

  /**
   * Returns the record that the text refers to.
   * @param scope for scoped names: the record within which to look, if the row names one
   */
  resolve(text: string, scope?: string | null): Resolution {
    let candidates = this.found.get(this.keyOf(text)) ?? [];
    // Only names are unique within a scope. An ID means one record, whichever scope it is in.
    if (this.scope && this.by === BY_NAME && candidates.length) {
      if (scope) candidates = candidates.filter((c) => c.scope === scope);
      else if (candidates.some((c) => c.preferred)) candidates = candidates.filter((c) => c.preferred);
    }
    if (candidates.length > 1) {
      const exact = candidates.filter((c) => c.label === tidyText(text));
      if (exact.length) candidates = exact;
    }
    if (candidates.length === 0) return undefined;
    return candidates.length === 1 ? { id: candidates[0]!.id } : { ambiguous: candidates.map((c) => c.id) };
  }

  /** Returns the values of a new record with the text as its name. */
  newRecord(text: string): Record<string, unknown> {
    const name = tidyText(text);
    const { byKey, emailField } = this.descriptor;
    if (this.by === BY_NAME && !byKey.has('name') && byKey.has('lastName')) {
      const words = name.split(/\s+/);
      return words.length > 1
        ? { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1) }
        : { lastName: name };
    }
    const nameToo = this.by !== BY_NAME && byKey.get('name')?.required ? { name } : {};
    const isAddress = this.by === BY_NAME && emailField !== undefined && readEmail(name) !== undefined;
    return { ...nameToo, [this.by]: name, ...(isAddress ? { [emailField]: name } : {}) };
  }

  private scopeSql(): [string, string] {
    if (!this.scope) return ['', ''];
    const own = this.descriptor.byKey.get(this.scope.field);
    const parent = own?.references ? this.descriptors(own.references) : undefined;
    const preferred = parent?.byKey.get(this.scope.preferred);
    if (!own || !parent || !preferred) return ['', ''];
    const scope = own.storage.value('t');
    return [
      `, ${scope} as scope, ${preferred.storage.value('p')} as preferred`,
      `left join ${parent.source} p on p.tenant_id = t.tenant_id and p.id = ${scope}`,
    ];
  }
}

/** The look-ups of a batch: one per object and field. */
export class ReferenceLookups {
  private readonly all = new Map<string, ReferenceLookup>();

  constructor(
    private readonly descriptors: (object: string) => RecordDescriptor,
    private readonly rights: ImportRights,
  ) {}

  /** Returns the look-up of the object by the field, the same one each time. */
  of(object: string, by: string, scope?: FieldDescriptor['lookupScope']): ReferenceLookup {
    const key = `${object} ${by} ${scope?.field ?? ''}`;
    let lookup = this.all.get(key);
    if (!lookup) {
      lookup = new ReferenceLookup(key, this.descriptors(object), by, this.descriptors, this.rights, scope);
      this.all.set(key, lookup);
    }
    return lookup;
  }

  /** Returns the look-ups so far. */
  values(): Iterable<ReferenceLookup> {
    return this.all.values();
  }

  /** Returns the statements for all added texts, each with its look-up. */
  statements(): { lookup: ReferenceLookup; statement: Statement }[] {
    return [...this.all.values()].flatMap((lookup) => {
      const statement = lookup.statement();
      return statement ? [{ lookup, statement }] : [];
    });
  }
}
