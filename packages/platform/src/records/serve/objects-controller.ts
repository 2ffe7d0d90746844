import { Controller, Inject } from '@nestjs/common';
import { FIELD_TYPE_NAMES, fieldsOf } from '@pellucid/conditions';
import { z } from 'zod';
import { AccessDirectory, type TenantSnapshot } from '../../access/index.js';
import { Endpoint, Input, type ParsedInput } from '../../http/endpoint.js';
import { clockOf, FIELD_ACCESS, type FieldAccess, type FieldRules } from '../decide/index.js';
import { currencyFieldOf, orderOf } from '../read/index.js';
import {
  type DefaultContext,
  defaultsFor,
  type FieldDescriptor,
  OBJECT_ICONS,
  objectNames,
  REFERENCE_MARKS,
  type RecordDescriptor,
  RecordRegistry,
} from '../describe/index.js';
import { noSuchObject } from './record-controller.js';

const option = z.object({ value: z.string(), label: z.string() });

const describedField = z
  .object({
    key: z.string(),
    label: z.string(),
    type: z.enum(FIELD_TYPE_NAMES),
    required: z.boolean(),
    readOnly: z.boolean(),
    options: z.array(option).optional(),
    openOptions: z.boolean().optional(),
    references: z.string().optional(),
    linksTo: z
      .array(z.string())
      .optional()
      .meta({ description: 'Of a field that links to records of several objects: which ones.' }),
    filterable: z.boolean(),
    sortable: z.boolean(),
    searchable: z.boolean(),
    encrypted: z
      .boolean()
      .optional()
      .meta({ description: 'Stored encrypted; filters only find exact matches.' }),
    importable: z.boolean(),
    pii: z.enum(['public', 'internal', 'personal', 'sensitive', 'secret']),
    access: z.enum(['clear', 'mask']).meta({
      description:
        "The highest access the caller's roles give on any record; `meta.access` of a record gives its own.",
    }),
    varies: z.boolean().meta({
      description: "Whether some records show less of it; it then can't be used to filter, sort or search.",
    }),
    viewOnly: z.boolean().meta({
      description:
        "Read-only in every record because of the caller's roles, not because of the field; see GET /access/rights for one record.",
    }),
    maxLength: z.int().optional(),
    scale: z.int().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    currencyField: z.string().optional(),
    currency: z
      .string()
      .optional()
      .meta({ description: 'Of an amount that is always in the same currency.' }),
    keptIn: z.string().optional().meta({
      description: 'Of an amount in the base currency: the field with the currency it is kept in at present.',
    }),
    comparedBy: z.string().optional().meta({
      description:
        'For amounts with their own currency: the field with the value in the base currency, used to filter and sort.',
    }),
    default: z.unknown().optional().meta({ description: 'What a new record has if it is left out.' }),
    defaultFrom: z.object({ reference: z.string(), field: z.string() }).optional().meta({
      description:
        'What a new record takes if it is left out: a field of the record that a reference leads to. Comes before `default`.',
    }),
    help: z.string().optional(),
    section: z.string().optional(),
    defaultColumn: z.boolean(),
  })
  .meta({ id: 'DescribedField' });

const presentation = z.object({
  icon: z.enum(OBJECT_ICONS),
  isPerson: z.boolean().meta({ description: 'Whether a record stands for a person.' }),
  mark: z.enum(REFERENCE_MARKS).meta({
    description: 'How references to its records are drawn: as a name, a name after an avatar, or a pill.',
  }),
  keyFacts: z.array(z.string()).meta({ description: "Fields below a record's name." }),
  askedBySteps: z
    .array(z.string())
    .meta({ description: 'Fields that steps ask for. Forms show them once they have a value.' }),
  offered: z.object({ present: z.unknown().optional(), logIn: z.unknown().optional() }).meta({
    description: 'Conditions: which records pickers offer for a new value, and for sharing with a person.',
  }),
});

const describedObject = z
  .object({
    key: z.string(),
    path: z.string(),
    label: z.string(),
    pluralLabel: z.string(),
    listed: z.boolean(),
    defaultSort: z.string().meta({
      description:
        "Order of lists that are asked for none. By creation date if the caller can't sort by the object's own.",
    }),
    presentation,
    groupedBy: z.array(z.string()).meta({
      description: 'Objects that boards and totals group its records by.',
    }),
    emailField: z
      .string()
      .optional()
      .meta({ description: 'Field by which imports also find records that are named.' }),
    permissions: z.record(z.string(), z.boolean()),
    verbs: z.array(z.object({ key: z.string(), label: z.string() })),
    freezes: z.boolean().meta({
      description: 'Whether some of its records can no longer be changed, not even by administrators.',
    }),
    visibleThrough: z.array(z.object({ field: z.string(), see: z.enum(['read', 'edit']) })).meta({
      description:
        'Fields whose linked records open its records: to those who can read them, and with `edit` also for changes to those who can change them.',
    }),
    fields: z.array(describedField),
    lines: z
      .array(
        z.object({
          key: z.string(),
          label: z.string(),
          max: z.int().meta({ description: 'Most lines that a record can have.' }),
          readOnly: z
            .boolean()
            .meta({ description: "Whether the caller's roles don't let them add, remove or move lines." }),
          fields: z
            .array(describedField)
            .meta({ description: 'Their keys contain that of the lines: `lines.quantity`.' }),
        }),
      )
      .meta({
        description:
          'Lines that its records own. Records read one by one contain them; lists if asked: `fields=lines`.',
      }),
  })
  .meta({ id: 'DescribedObject' });

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
        .all()
        .sort((a, b) => a.presentation.order - b.presentation.order)
        .filter((d) => this.directory.may(snapshot, { object: d.key, action: 'read' }))
        .map((d) => this.describe(this.registry.forTenant(d.key, snapshot), snapshot)),
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
    const found = this.registry.find(params.key);
    if (!this.directory.may(snapshot, { object: found.key, action: 'read' })) throw noSuchObject(params.key);
    return this.describe(this.registry.forTenant(found.key, snapshot), snapshot);
  }

  private describe(d: RecordDescriptor, snapshot: TenantSnapshot) {
    // Rules for filters, sorts and searches: the strictest of the actor's roles.
    const rules = this.access.rules(d.key, snapshot);
    // What is shown or writable in at least one record: the widest rights, as if all roles reached it.
    const widest = (action: string) => this.access.decide(d.key, action, snapshot).rulesFor(-1);
    const shown = widest('read');
    const writing = [widest('create'), widest('update')];
    const canWrite = (field: string) => writing.some((some) => some.canWrite(field));
    const defaults = defaultsFor(snapshot);
    const may = (action: string) => this.directory.may(snapshot, { object: d.key, action });
    const { registry, access } = this;
    const context = { registry, access, descriptor: d, snapshot, clock: clockOf(snapshot) };
    const isShown = (field: string) => shown.read(field) !== 'hidden';
    return {
      key: d.key,
      path: `/${d.plural}`,
      ...objectNames(d),
      listed: d.listed,
      defaultSort: orderOf(undefined, context),
      presentation: shownPresentation(d, isShown, (field) => rules.canFilter(field)),
      groupedBy: d.presentation.groupedBy
        .filter(isShown)
        .flatMap((key) => d.byKey.get(key)!.references ?? []),
      ...(d.emailField && isShown(d.emailField) ? { emailField: d.emailField } : {}),
      permissions: {
        read: true,
        create: d.operations.create && may('create'),
        update: d.operations.update && may('update'),
        delete: d.operations.delete && may('delete'),
        ...Object.fromEntries(
          (['assign', 'bulk', 'import', 'reveal'] as const).map((key) => [key, may(key)]),
        ),
        ...Object.fromEntries(d.verbs.map((v) => [v.key, may(v.key)])),
      },
      verbs: d.verbs,
      freezes: d.frozen !== undefined,
      visibleThrough: d.visibleThrough.filter(({ field }) => isShown(field)),
      fields: d.fields.flatMap(
        (f) => described(f, { registry: this.registry, rules, shown, canWrite, defaults }) ?? [],
      ),
      lines: d.lines.flatMap(({ key, label, max, fields }) =>
        shown.read(key) === 'hidden'
          ? []
          : [
              {
                key,
                label,
                max,
                readOnly: !canWrite(key),
                fields: fields.flatMap(
                  (f) => described(f, { registry: this.registry, rules, shown, canWrite, defaults }) ?? [],
                ),
              },
            ],
      ),
    };
  }
}

/** What a caller may do with the fields of an object. */
interface FieldView {
  registry: RecordRegistry;
  /** In every record. */
  rules: FieldRules;
  /** In at least one. */
  shown: FieldRules;
  canWrite(field: string): boolean;
  defaults: DefaultContext;
}

/** Returns a field as a caller may know it; undefined if it is hidden from them. */
function described(f: FieldDescriptor, { registry, rules, shown, canWrite, defaults }: FieldView) {
  const visibility = shown.read(f.key);
  if (visibility === 'hidden') return undefined;
  const canFilter = rules.canFilter(f.key);
  const isWritable = canWrite(f.key);
  return {
    key: f.key,
    label: f.label,
    type: f.type,
    required: f.required,
    readOnly: f.readOnly || !isWritable,
    ...(f.options ? { options: f.options } : {}),
    ...(f.openOptions ? { openOptions: true } : {}),
    ...(f.references ? { references: f.references } : {}),
    ...(f.linksTo ? { linksTo: registry.targetsOf(f) } : {}),
    filterable: f.filterable && canFilter,
    sortable: f.sortable && canFilter,
    searchable: f.searchable && canFilter,
    ...(f.cipher ? { encrypted: true } : {}),
    importable: f.importable && isWritable,
    pii: f.pii,
    access: visibility,
    varies: rules.read(f.key) !== visibility,
    viewOnly: !f.readOnly && !isWritable,
    ...(f.traits.family === 'text' ? { maxLength: f.maxLength } : {}),
    ...(f.traits.family === 'decimal' ? { scale: f.scale } : {}),
    ...(f.min !== undefined ? { min: f.min } : {}),
    ...(f.max !== undefined ? { max: f.max } : {}),
    ...(currencyFieldOf(f) ? { currencyField: currencyFieldOf(f) } : {}),
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

/**
 * The presentation in answers: the order is that of the list, and groups are objects. It names no field that is hidden from
 * the caller, and offers no condition that their requests could not contain.
 */
function shownPresentation(
  { presentation: { order: _, groupedBy: __, offered, ...shown } }: RecordDescriptor,
  isShown: (field: string) => boolean,
  canFilter: (field: string) => boolean,
) {
  return {
    ...shown,
    keyFacts: shown.keyFacts.filter(isShown),
    askedBySteps: shown.askedBySteps.filter(isShown),
    offered: Object.fromEntries(
      Object.entries(offered).filter(([, condition]) =>
        fieldsOf(condition).every((path) => canFilter(path.join('.'))),
      ),
    ),
  };
}
