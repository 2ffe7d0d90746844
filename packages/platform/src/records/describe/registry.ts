import { checkDerivations } from './derivations.js';
import { Injectable } from '@nestjs/common';
import type { TenantSnapshot } from '../../access/index.js';
import { FieldKeyRing } from '../../crypto/index.js';
import { notFound } from '../../errors/index.js';
import { withCustomFields } from './custom-fields.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';
import { withCiphers } from './field-cipher.js';
import { contextLanguage, inLanguage } from './object-texts.js';
import { countryOf } from './phone-form.js';

/** A column or link of an object that may point at a record. */
export interface Referrer {
  object: RecordDescriptor;
  field: FieldDescriptor;
}

/** All described objects. Engines look them up here; modules add theirs by being in the module list. */
@Injectable()
export class RecordRegistry {
  private readonly objects = new Map<string, RecordDescriptor>();
  private readonly byPlural = new Map<string, RecordDescriptor>();
  private readonly extended = new WeakMap<TenantSnapshot, Map<string, RecordDescriptor>>();

  /** @param ring keys for the fields that companies encrypt */
  constructor(
    descriptors: RecordDescriptor[],
    readonly ring = new FieldKeyRing(),
  ) {
    for (const descriptor of descriptors) {
      if (this.objects.has(descriptor.key))
        throw new Error(`the object "${descriptor.key}" is described twice`);
      this.objects.set(descriptor.key, descriptor);
      this.byPlural.set(descriptor.plural, descriptor);
    }
    for (const descriptor of descriptors)
      for (const f of descriptor.fields)
        if (f.references && !this.objects.has(f.references))
          throw new Error(
            `${descriptor.key}.${f.key} references "${f.references}", which no module describes`,
          );
    checkDerivations(this);
  }

  /** Returns every object as the product describes it. */
  all(): RecordDescriptor[] {
    return [...this.objects.values()];
  }

  /** Returns the product's description. @throws Error for an unknown key (a mistake in the code) */
  get(key: string): RecordDescriptor {
    const found = this.objects.get(key);
    if (!found) throw new Error(`no object "${key}" is described`);
    return found;
  }

  /** Whether the object exists. */
  has(key: string): boolean {
    return this.objects.has(key);
  }

  /** Returns the object with this key or path. @throws ProblemError 404 */
  find(keyOrPlural: string): RecordDescriptor {
    const found = this.objects.get(keyOrPlural) ?? this.byPlural.get(keyOrPlural);
    if (!found) throw notFound(`An object "${keyOrPlural}"`);
    return found;
  }

  /**
   * Returns the description as the tenant sees it: with its own fields, select options and encrypted fields, its
   * country's phone numbers, in the language of the context. Computed once per snapshot and language.
   */
  forTenant(key: string, snapshot: TenantSnapshot): RecordDescriptor {
    let perTenant = this.extended.get(snapshot);
    if (!perTenant) {
      perTenant = new Map();
      this.extended.set(snapshot, perTenant);
    }
    const language = contextLanguage();
    const place = `${language} ${key}`;
    let descriptor = perTenant.get(place);
    if (!descriptor) {
      const country = countryOf(snapshot.settings.locale);
      const local = inCountry(inLanguage(this.get(key), language), country);
      const own = withCustomFields(extend(local, snapshot), snapshot.customFields.get(key), country);
      descriptor = withCiphers(own, snapshot, this.ring);
      perTenant.set(place, descriptor);
    }
    return descriptor;
  }

  /** Returns every object as the tenant sees it. */
  allForTenant(snapshot: TenantSnapshot): RecordDescriptor[] {
    return this.all().map(({ key }) => this.forTenant(key, snapshot));
  }

  /** Returns all fields of any object, as the tenant sees it, that point at the object. */
  referrersOf(key: string, snapshot: TenantSnapshot): Referrer[] {
    return this.allForTenant(snapshot).flatMap((object) =>
      object.fields.filter((f) => f.references === key).map((field) => ({ object, field })),
    );
  }
}

const byCountry = new WeakMap<RecordDescriptor, Map<string, RecordDescriptor>>();

/** Returns the description with its texts in the country's form. Cached, so that plans made for it can be reused. */
function inCountry(descriptor: RecordDescriptor, country: string | undefined): RecordDescriptor {
  if (country === undefined || !descriptor.fields.some((f) => f.traits.formIn)) return descriptor;
  const known = byCountry.get(descriptor) ?? new Map<string, RecordDescriptor>();
  byCountry.set(descriptor, known);
  let local = known.get(country);
  if (!local) {
    const fields = descriptor.fields.map((f) =>
      f.traits.formIn ? { ...f, form: f.traits.formIn(country) } : f,
    );
    local = { ...descriptor, fields, byKey: new Map(fields.map((f) => [f.key, f])) };
    known.set(country, local);
  }
  return local;
}

function extend(descriptor: RecordDescriptor, snapshot: TenantSnapshot): RecordDescriptor {
  let changed = false;
  const fields = descriptor.fields.map((f) => {
    const own = f.openOptions ? snapshot.options.get(`${descriptor.key}.${f.key}`) : undefined;
    if (!own) return f;
    changed = true;
    const known = new Set(f.options?.map((o) => o.value));
    return { ...f, options: [...(f.options ?? []), ...own.filter((o) => !known.has(o.value))] };
  });
  if (!changed) return descriptor;
  return { ...descriptor, fields, byKey: new Map(fields.map((f) => [f.key, f])) };
}
