import { Controller, Inject } from '@nestjs/common';
import { z } from 'zod';
import { AccessDirectory, type TenantSnapshot } from '../../access/index.js';
import { Endpoint, Input, type ParsedInput } from '../../http/endpoint.js';
import { clockOf, FIELD_ACCESS, type FieldAccess, type FieldRules, isNeverTold } from '../decide/index.js';
import { currencyFieldOf, orderOf } from '../read/index.js';
import {
  type DefaultContext,
  defaultsFor,
  type FieldDescriptor,
  LEGAL_ENTITIES,
  LEGAL_ENTITY,
  objectNames,
  type RecordDescriptor,
  RecordRegistry,
} from '../describe/index.js';
import { describedObject } from './described-objects.js';
import { withoutHidden } from './named-fields.js';
import { noSuchObject } from './record-controller.js';

/** Tells a caller which objects exist and what they may see of each. The web app builds its pages from this. */
@Controller()
export class ObjectsController {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
  ) {}

  @Endpoint({
    method: 'get',
    path: '/objects',
    operationId: 'listObjects',
    summary: 'Describe all objects the caller can see, in the order of the navigation',
    tag: 'Objects',
    access: 'authenticated',
    responses: { 200: z.object({ data: z.array(describedObject) }).meta({ id: 'DescribedObjectList' }) },
  })
  async list() {
    const snapshot = await this.directory.current();
    return {
      data: this.registry
        .allForTenant(snapshot)
        .sort((a, b) => a.presentation.order - b.presentation.order)
        .filter((d) => this.directory.may(snapshot, { object: d.key, action: 'read' }))
        .map((d) => this.describe(d, snapshot)),
    };
  }

  @Endpoint({
    method: 'get',
    path: '/objects/{key}',
    operationId: 'getObject',
    summary: 'Describe one object by key or path',
    tag: 'Objects',
    access: 'authenticated',
    params: z.strictObject({ key: z.string().max(100) }),
    responses: { 200: describedObject },
    sample: () => ({ params: { key: 'account' } }),
  })
  async get(@Input() { params }: ParsedInput) {
    const snapshot = await this.directory.current();
    const found = this.registry.find(params.key, snapshot);
    if (!this.directory.may(snapshot, { object: found.key, action: 'read' })) throw noSuchObject(params.key);
    return this.describe(found, snapshot);
  }

  private describe(d: RecordDescriptor, snapshot: TenantSnapshot) {
    const { registry, access } = this;
    // Rules for filters, sorts and searches: the strictest of the actor's roles.
    const rules = access.rules(d.key, snapshot);
    // What is shown or writable in at least one record: the widest rights, as if all roles reached it.
    const widest = (action: string) => access.decide(d.key, action, snapshot).rulesFor(-1);
    const shown = widest('read');
    const writing = [widest('create'), widest('update')];
    const isShownThere = (reference: FieldDescriptor, field: string) =>
      access.decide(reference.references!, 'read', snapshot).rulesFor(-1).read(field) !== 'hidden';
    const canWrite = (field: string) => writing.some((some) => some.canWrite(field));
    const may = (action: string) => this.directory.may(snapshot, { object: d.key, action });
    const context = { registry, access, descriptor: d, snapshot, clock: clockOf(snapshot) };
    // What is worked out of records that the actor doesn't all see is shown in no record.
    const told = new Set(
      d.fields.filter((f) => !f.derivedFrom || !isNeverTold(f, d, context)).map((f) => f.key),
    );
    const isShown = (field: string) =>
      shown.read(field) !== 'hidden' && (told.has(field) || !d.byKey.has(field));
    const seesEntities =
      isShown(LEGAL_ENTITY) && this.directory.may(snapshot, { object: LEGAL_ENTITIES, action: 'read' });
    const defaults = defaultsFor(snapshot);
    const view = { registry, snapshot, rules, shown, canWrite, seesEntities, defaults };
    const { order: _, groupedBy, ...presentation } = d.presentation;
    return withoutHidden(
      describedObject,
      {
        key: d.key,
        ...(d.isCustom ? { custom: true } : {}),
        path: `/${d.plural}`,
        ...objectNames(d),
        listed: d.listed,
        ...(d.ownersByRules && snapshot.assignment.rules.length ? { ownersByRules: true } : {}),
        defaultSort: orderOf(undefined, context),
        presentation,
        groupedBy: groupedBy.filter(isShown).flatMap((key) => d.byKey.get(key)!.references ?? []),
        ...(d.emailField ? { emailField: d.emailField } : {}),
        permissions: {
          read: true,
          create: d.operations.create && may('create'),
          ...(d.beginsBy === undefined ? {} : { [d.beginsBy]: may('create') }),
          update: d.operations.update && may('update'),
          delete: d.operations.delete && may('delete'),
          ...Object.fromEntries(
            (['assign', 'bulk', 'export', 'import', 'reveal'] as const).map((key) => [key, may(key)]),
          ),
          ...Object.fromEntries(d.verbs.map((v) => [v.key, may(v.key)])),
        },
        verbs: d.verbs,
        freezes: d.frozen !== undefined,
        visibleThrough: d.visibleThrough,
        ...(d.timeline ? { timeline: d.timeline } : {}),
        fields: d.fields.map((f) => described(f, view)),
        lines: d.lines.map(({ key, label, max, fields }) => ({
          key,
          label,
          max,
          readOnly: !canWrite(key),
          fields: fields.map((f) => described(f, view)),
        })),
      },
      {
        isShown: (field, through) =>
          through === undefined ? isShown(field) : isShownThere(d.byKey.get(through)!, field),
        canFilter: (field) => rules.canFilter(field),
      },
    )!;
  }
}

/** What a caller may do with the fields of an object. */
interface FieldView {
  registry: RecordRegistry;
  snapshot: TenantSnapshot;
  /** In every record. */
  rules: FieldRules;
  /** In at least one. */
  shown: FieldRules;
  canWrite(field: string): boolean;
  /** Whether the caller sees which legal entity a record belongs to. */
  seesEntities: boolean;
  defaults: DefaultContext;
}

/** Returns the options of a field. Which values of another field they need is not told if that field is hidden. */
function describedOptions({ options = [], dependsOn }: FieldDescriptor, shown: FieldRules) {
  const isTold = dependsOn !== undefined && shown.read(dependsOn) !== 'hidden';
  return options.map(({ for: needed, ...option }) => ({
    ...option,
    ...(needed && isTold ? { for: [...needed] } : {}),
  }));
}

/** Returns a field with what a caller may do with it. */
function described(f: FieldDescriptor, view: FieldView) {
  const { registry, snapshot, rules, shown, canWrite, seesEntities, defaults } = view;
  const visibility = shown.read(f.key);
  const canFilter = rules.canFilter(f.key);
  const isWritable = canWrite(f.key);
  return {
    key: f.key,
    label: f.label,
    type: f.type,
    required: f.required,
    readOnly: f.readOnly || !isWritable,
    ...(f.computed ? { computed: f.computed.kind } : {}),
    ...(f.options ? { options: describedOptions(f, shown) } : {}),
    ...(f.openOptions ? { openOptions: true } : {}),
    ...(f.dependsOn ? { dependsOn: f.dependsOn } : {}),
    ...(f.requiredIf ? { requiredIf: f.requiredIf } : {}),
    ...(f.visibleIf ? { visibleIf: f.visibleIf } : {}),
    ...(f.pattern ? { pattern: f.pattern.source } : {}),
    ...(f.entityOverrides && seesEntities ? { entityOverrides: f.entityOverrides } : {}),
    ...(f.references ? { references: f.references } : {}),
    ...(f.linksTo ? { linksTo: registry.targetsOf(f, snapshot) } : {}),
    filterable: f.filterable && canFilter,
    sortable: f.sortable && canFilter,
    searchable: f.searchable && canFilter,
    ...(f.cipher ? { encrypted: true } : {}),
    importable: f.importable && isWritable,
    pii: f.pii,
    // Hidden fields go as a whole: see withoutHidden().
    access: visibility === 'clear' ? visibility : ('mask' as const),
    varies: rules.read(f.key) !== visibility,
    viewOnly: !f.readOnly && !isWritable,
    ...(f.traits.family === 'text' ? { maxLength: f.maxLength } : {}),
    ...(f.traits.family === 'decimal' ? { scale: f.scale } : {}),
    ...(f.min !== undefined ? { min: f.min } : {}),
    ...(f.max !== undefined ? { max: f.max } : {}),
    ...(currencyFieldOf(f) ? { ownCurrency: true, currencyField: currencyFieldOf(f) } : {}),
    ...(typeof f.currency === 'object' && 'fixed' in f.currency ? { currency: f.currency.fixed } : {}),
    ...(f.keptIn ? { keptIn: f.keptIn } : {}),
    ...(f.comparedBy ? { comparedBy: f.comparedBy } : {}),
    ...(f.default ? { default: f.default(defaults) } : {}),
    ...(f.defaultFrom ? { defaultFrom: f.defaultFrom } : {}),
    ...(f.help ? { help: f.help } : {}),
    ...(f.section ? { section: f.section } : {}),
    defaultColumn: f.defaultColumn,
  };
}
