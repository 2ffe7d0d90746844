import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { splitPath } from '@pellucid/conditions';
import type { Subject, TenantSnapshot } from '@pellucid/platform/access';
import { allFieldsOf, FIELD_ACCESS, type FieldAccess, RecordRegistry } from '@pellucid/platform/records';

/** Tells whether people have equal rights to see the records of an object. */
@Injectable()
export class EqualRights {
  /** A subject belongs to one snapshot. */
  private readonly known = new WeakMap<Subject, Map<string, string>>();

  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
  ) {}

  /**
   * Returns a text that is the same for everybody who sees the same records of an object, and the same of each. Derived
   * values may depend on other objects, so rights to these count too.
   */
  of(object: string, subject: Subject, snapshot: TenantSnapshot): string {
    let texts = this.known.get(subject);
    if (!texts) {
      texts = new Map();
      this.known.set(subject, texts);
    }
    let text = texts.get(object);
    if (text === undefined) {
      const hash = createHash('sha256');
      for (const each of this.deciding(object, snapshot))
        hash.update(this.rightsText(each, subject, snapshot));
      text = hash.digest('base64');
      texts.set(object, text);
    }
    return text;
  }

  /** Returns the object, those that its derived values are made of, those that theirs are made of, and so on. */
  private deciding(object: string, snapshot: TenantSnapshot): string[] {
    const found = new Set([object].filter((key) => this.registry.has(key, snapshot)));
    for (const key of found)
      for (const other of this.sourcesOf(key, snapshot))
        if (this.registry.has(other, snapshot)) found.add(other);
    return [...found];
  }

  private sourcesOf(object: string, snapshot: TenantSnapshot): string[] {
    const { fields, byKey } = this.registry.forTenant(object, snapshot);
    return fields.flatMap(({ derivedFrom }) => [
      ...(derivedFrom?.counts ?? []).flatMap(({ objects }) => objects),
      ...(derivedFrom?.from ?? []).flatMap((source) => {
        const [reference, field] = splitPath(source);
        return field ? (byKey.get(reference!)?.references ?? []) : [];
      }),
    ]);
  }

  private rightsText(object: string, subject: Subject, snapshot: TenantSnapshot): string {
    const { allowed, scope, profiles, levelsText } = this.access.decide(object, 'read', snapshot, subject);
    const bits = [0, ...(profiles ?? []).map((_, n) => 1 << n)];
    const strategies = allFieldsOf(this.registry.forTenant(object, snapshot)).map(
      ({ key }) => snapshot.masking.get(`${object}.${key}`)?.strategy,
    );
    return JSON.stringify([allowed, scope, profiles, bits.map(levelsText), strategies]);
  }
}
