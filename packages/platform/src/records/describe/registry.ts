import { checkDerivations } from './derivations.js';
import { Injectable } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import type { ObjectDefinitions, TenantSnapshot } from '../../access/index.js';
import { FieldKeyRing } from '../../crypto/index.js';
import { notFound } from '../../errors/index.js';
import { withCustomFields } from './custom-fields.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';
import { checkInheritance } from './inheritance.js';
import { withCiphers } from './field-cipher.js';
import { contextLanguage, inLanguage } from './object-texts.js';
import { allFieldsOf, withFields } from './owned-lines.js';
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
  private readonly extended = new WeakMap<ObjectDefinitions, Map<RecordDescriptor, RecordDescriptor>>();

  /** Keys of the objects that links to any object may lead to: those that people see as records of their own. */
  private readonly linkable: string[];

  /** Descriptions by object, language and locale. Companies choose locales freely, so their number is limited. */
  private readonly locals = new LruMap<string, RecordDescriptor>(2_000);

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
    this.linkable = descriptors.filter((d) => d.listed).map((d) => d.key);
    for (const descriptor of descriptors)
      for (const f of allFieldsOf(descriptor))
        if (f.references && !this.objects.has(f.references))
          throw new Error(
            `${descriptor.key}.${f.key} references "${f.references}", which no module describes`,
          );
    for (const descriptor of descriptors)
      for (const f of descriptor.fields)
        for (const object of f.linksTo === 'any' ? [] : (f.linksTo ?? []))
          if (!this.objects.has(object))
            throw new Error(`${descriptor.key}.${f.key} links to "${object}", which no module describes`);
    checkDerivations(this);
    checkInheritance(this);
  }

  /** Returns the objects of the product, as it describes them. A tenant may have more: see {@link allForTenant}. */
  product(): RecordDescriptor[] {
    return [...this.objects.values()];
  }

  /** Returns an object of the product, as it describes it. @throws Error for an unknown key (a mistake in the code) */
  productObject(key: string): RecordDescriptor {
    const found = this.objects.get(key);
    if (!found) throw new Error(`no object "${key}" is described`);
    return found;
  }

  /** Whether the tenant has the object. */
  has(key: string, _snapshot: TenantSnapshot): boolean {
    return this.objects.has(key);
  }

  /** Returns the object with this key or path, as the tenant sees it. @throws ProblemError 404 */
  find(keyOrPlural: string, snapshot: TenantSnapshot): RecordDescriptor {
    const found = this.objects.get(keyOrPlural) ?? this.byPlural.get(keyOrPlural);
    if (!found) throw notFound(`An object "${keyOrPlural}"`);
    return this.forTenant(found.key, snapshot);
  }

  /**
   * Returns the description as the tenant sees it: with its own fields, select options and encrypted fields, its
   * country's phone numbers, in the language of the context. It is the same instance until the tenant's definitions of
   * the object change, and the same for all tenants without any.
   */
  forTenant(key: string, snapshot: TenantSnapshot): RecordDescriptor {
    const { locale } = snapshot.settings;
    const local = this.local(key, locale);
    const own = snapshot.definitions.get(key);
    if (!own) return local;
    let extended = this.extended.get(own);
    if (!extended) {
      extended = new Map();
      this.extended.set(own, extended);
    }
    let descriptor = extended.get(local);
    if (!descriptor) {
      const described = withCustomFields(
        withOptions(local, own.options),
        own.customFields,
        countryOf(locale),
      );
      descriptor = withCiphers(described, snapshot.tenantId, own.encryption, this.ring);
      extended.set(local, descriptor);
    }
    return descriptor;
  }

  /** Returns the product's description in the language of the context, with the phone numbers of the locale's country. */
  private local(key: string, locale: string): RecordDescriptor {
    const language = contextLanguage();
    const place = `${key} ${language} ${locale}`;
    let local = this.locals.get(place);
    if (!local) {
      local = inCountry(inLanguage(this.productObject(key), language), countryOf(locale));
      this.locals.set(place, local);
    }
    return local;
  }

  /** Returns every object as the tenant sees it. */
  allForTenant(snapshot: TenantSnapshot): RecordDescriptor[] {
    return this.product().map(({ key }) => this.forTenant(key, snapshot));
  }

  /** Returns the keys of the tenant's objects that a field may refer to; none for a field that does not refer to records. */
  targetsOf(f: FieldDescriptor, _snapshot: TenantSnapshot): string[] {
    return this.productTargetsOf(f);
  }

  /** Returns the keys of the product's objects that a field may refer to. */
  productTargetsOf({ references, linksTo }: FieldDescriptor): string[] {
    if (references !== undefined) return [references];
    if (linksTo === 'any') return this.linkable;
    return [...(linksTo ?? [])];
  }

  /** Returns all fields of any object, as the tenant sees it, that may point at the object. */
  referrersOf(key: string, snapshot: TenantSnapshot): Referrer[] {
    return this.allForTenant(snapshot).flatMap((object) =>
      allFieldsOf(object)
        .filter((f) => this.targetsOf(f, snapshot).includes(key))
        .map((field) => ({ object, field })),
    );
  }
}

/** Returns the description with its texts in the country's form. */
function inCountry(descriptor: RecordDescriptor, country: string | undefined): RecordDescriptor {
  if (country === undefined || !allFieldsOf(descriptor).some((f) => f.traits.formIn)) return descriptor;
  return withFields(descriptor, (f) => (f.traits.formIn ? { ...f, form: f.traits.formIn(country) } : f));
}

function withOptions(descriptor: RecordDescriptor, options: ObjectDefinitions['options']): RecordDescriptor {
  let changed = false;
  const opened = withFields(descriptor, (f) => {
    const own = f.openOptions ? options.get(f.key) : undefined;
    if (!own) return f;
    changed = true;
    const known = new Set(f.options?.map((o) => o.value));
    return { ...f, options: [...(f.options ?? []), ...own.filter((o) => !known.has(o.value))] };
  });
  return changed ? opened : descriptor;
}
