import { checkDerivations } from './derivations.js';
import { Injectable } from '@nestjs/common';
import { LruMap } from '@pellucid/conditions';
import {
  type ObjectDefinitions,
  objectsOfTenant,
  type TenantObjects,
  type TenantSnapshot,
} from '../../access/index.js';
import { FieldKeyRing } from '../../crypto/index.js';
import { notFound } from '../../errors/index.js';
import { withCustomFields } from './custom-fields.js';
import { customObject, withNameTemplate } from './custom-objects.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';
import { checkInheritance } from './inheritance.js';
import { withCiphers } from './field-cipher.js';
import { contextLanguage, inLanguage } from './object-texts.js';
import { allFieldsOf, withFields } from './owned-lines.js';
import { countryOf } from './phone-form.js';
import { linksToAny, namedTargets } from './targets.js';

/** A column or link of an object that may point at a record. */
export interface Referrer {
  object: RecordDescriptor;
  field: FieldDescriptor;
}

/** The objects that a tenant made and hasn't deleted. */
interface CustomObjects {
  byKey: ReadonlyMap<string, { source: string }>;
  /** Tells which ones they are. */
  numbers: string;
}

/** All described objects. Engines look them up here; modules add theirs by being in the module list. */
@Injectable()
export class RecordRegistry {
  private readonly objects = new Map<string, RecordDescriptor>();
  private readonly byPlural = new Map<string, RecordDescriptor>();
  /** Descriptions that tenants extended or made, by language and locale. */
  private readonly extended = new WeakMap<ObjectDefinitions, Map<string, RecordDescriptor>>();
  private readonly tenants = new WeakMap<TenantObjects, CustomObjects>();

  /**
   * Keys of the product's objects that links to any object may lead to: those that people see as records of their own, and
   * that no others open.
   */
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
    this.linkable = descriptors.filter((d) => d.listed && !d.visibleThrough.length).map((d) => d.key);
    for (const descriptor of descriptors)
      for (const f of allFieldsOf(descriptor))
        if (f.references && !this.objects.has(f.references))
          throw new Error(
            `${descriptor.key}.${f.key} references "${f.references}", which no module describes`,
          );
    for (const descriptor of descriptors)
      for (const f of descriptor.fields)
        for (const object of namedTargets(f))
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
  has(key: string, snapshot: TenantSnapshot): boolean {
    return this.objects.has(key) || this.ownObjects(snapshot).byKey.has(key);
  }

  /** Whether the tenant has the object, or had it: histories of objects that it deleted can still be read. */
  hadOnce(key: string, snapshot: TenantSnapshot): boolean {
    return this.objects.has(key) || snapshot.definitions.get(key)?.object !== undefined;
  }

  /** Returns the object with this key or path, as the tenant sees it. @throws ProblemError 404 */
  find(keyOrPlural: string, snapshot: TenantSnapshot): RecordDescriptor {
    const found = this.objects.get(keyOrPlural) ?? this.byPlural.get(keyOrPlural);
    const own = objectsOfTenant(snapshot);
    const key = found?.key ?? (own.byKey.get(keyOrPlural) ?? own.byPlural.get(keyOrPlural))?.name;
    if (key === undefined) throw notFound(`An object "${keyOrPlural}"`);
    return this.forTenant(key, snapshot);
  }

  /**
   * Returns the description as the tenant sees it: with its own fields, select options and encrypted fields, its
   * country's phone numbers, in the language of the context. It is the same instance until the tenant's definitions of
   * the object change, and the same for all tenants without any. Objects that the tenant made and deleted are described
   * too, for their histories.
   * @throws Error for an object that the tenant never had
   */
  forTenant(key: string, snapshot: TenantSnapshot): RecordDescriptor {
    const { locale } = snapshot.settings;
    const own = snapshot.definitions.get(key);
    if (!own) return this.local(key, locale);
    let extended = this.extended.get(own);
    if (!extended) {
      extended = new Map();
      this.extended.set(own, extended);
    }
    const objects = this.ownObjects(snapshot);
    const isOwn = own.object !== undefined && !this.objects.has(key);
    // Which other objects exist matters only to fields that refer to one of them.
    const refersToOwn = own.customFields.some(
      ({ settings }) => snapshot.definitions.get(settings.references ?? '')?.object,
    );
    const place = `${contextLanguage()} ${locale} ${refersToOwn ? objects.numbers : ''}`;
    let descriptor = extended.get(place);
    if (!descriptor) {
      const local = isOwn ? this.localized(customObject(own.object!), locale) : this.local(key, locale);
      const described = withCustomFields(withOptions(local, own.options), own.customFields, {
        country: countryOf(locale),
        sourceOf: (object) => this.objects.get(object)?.source ?? objects.byKey.get(object)?.source,
      });
      const named = isOwn ? withNameTemplate(described, own.object!.settings.nameTemplate) : described;
      descriptor = withCiphers(named, snapshot.tenantId, own.encryption, this.ring);
      extended.set(place, descriptor);
    }
    return descriptor;
  }

  /** Returns the product's description in the language of the context, with the phone numbers of the locale's country. */
  private local(key: string, locale: string): RecordDescriptor {
    const place = `${key} ${contextLanguage()} ${locale}`;
    let local = this.locals.get(place);
    if (!local) {
      local = this.localized(this.productObject(key), locale);
      this.locals.set(place, local);
    }
    return local;
  }

  private localized(descriptor: RecordDescriptor, locale: string): RecordDescriptor {
    return inCountry(inLanguage(descriptor, contextLanguage()), countryOf(locale));
  }

  /** Returns the objects that the tenant made and hasn't deleted. An object of the product with the same key wins. */
  private ownObjects(snapshot: TenantSnapshot): CustomObjects {
    const objects = objectsOfTenant(snapshot);
    let own = this.tenants.get(objects);
    if (!own) {
      const living = [...objects.byKey.values()].filter(({ name }) => !this.objects.has(name));
      own = {
        byKey: new Map(living.map((object) => [object.name, { source: customObject(object).source }])),
        numbers: living.map(({ number }) => number).join(),
      };
      this.tenants.set(objects, own);
    }
    return own;
  }

  /** Returns every object of the tenant as it sees it: those of the product, then those that it made. */
  allForTenant(snapshot: TenantSnapshot): RecordDescriptor[] {
    return [...this.objects.keys(), ...this.ownObjects(snapshot).byKey.keys()].map((key) =>
      this.forTenant(key, snapshot),
    );
  }

  /** Returns every object that the tenant has or had: for histories, and for rights that come back with an object. */
  everForTenant(snapshot: TenantSnapshot): RecordDescriptor[] {
    const gone = [...snapshot.definitions].flatMap(([key, { object }]) => (object?.isDeleted ? [key] : []));
    return [...this.allForTenant(snapshot), ...gone.map((key) => this.forTenant(key, snapshot))];
  }

  /** Returns the keys of the tenant's objects that a field may refer to; none for a field that does not refer to records. */
  targetsOf(f: FieldDescriptor, snapshot: TenantSnapshot): string[] {
    const own = linksToAny(f) ? [...this.ownObjects(snapshot).byKey.keys()] : [];
    return [...this.productTargetsOf(f), ...own];
  }

  /** Returns the keys of the product's objects that a field may refer to. */
  productTargetsOf(f: FieldDescriptor): string[] {
    if (f.references !== undefined) return [f.references];
    return [...(linksToAny(f) ? this.linkable : []), ...namedTargets(f)];
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
