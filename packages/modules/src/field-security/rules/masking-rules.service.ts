import { Inject, Injectable } from '@nestjs/common';
import { splitPath } from '@pellucid/conditions';
import {
  AccessDirectory,
  type FieldLevel,
  fieldLevel,
  type MaskingStrategy,
} from '@pellucid/platform/access';
import { requireTenant } from '@pellucid/platform/context';
import type { UnitOfWork } from '@pellucid/platform/db';
import { type FieldProblem, notFound, unprocessable } from '@pellucid/platform/errors';
import {
  allFieldsOf,
  type FieldDescriptor,
  type IdempotencyRequest,
  objectNames,
  type PiiClass,
  piiOf,
  RecordAccess,
  type RecordDescriptor,
  RecordRegistry,
  RecordService,
  securityEventStatements,
} from '@pellucid/platform/records';
import { FieldProtectionService } from '../protection/field-protection.service.js';
import { MaskingRulesRepository, type StoredRule } from './masking-rules.repository.js';
import {
  fieldOf,
  misfit,
  refusalToEncrypt,
  type RuleGround,
  type RuleWish,
  strategiesOf,
} from './rule-checks.rules.js';

/** A field, how it is masked, and why. */
export interface MaskedField {
  field: string;
  label: string;
  type: FieldDescriptor['type'];
  /** Class of the field in this company. */
  pii: PiiClass;
  describedPii: PiiClass;
  /** The level for a role that does not mention the field. */
  defaultLevel: FieldLevel;
  strategy: MaskingStrategy;
  /** The company's own rule; null if the product's default applies. */
  rule: { strategy: MaskingStrategy; pii: PiiClass | null } | null;
  strategies: MaskingStrategy[];
  /** Why a text field cannot be encrypted; null if it can, or is not a text. */
  encryptRefused: string | null;
  example: { value: string; masked: string } | null;
}

/** An object with its fields. */
export interface MaskedObject {
  object: string;
  label: string;
  pluralLabel: string;
  fields: MaskedField[];
}

const nameOf = ({ object, field }: { object: string; field: string }) => `${object}.${field}`;

/** Shows and changes how fields are masked. Changes apply on every replica within a second. */
@Injectable()
export class MaskingRulesService {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordAccess) private readonly rights: RecordAccess,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(MaskingRulesRepository) private readonly repository: MaskingRulesRepository,
    @Inject(FieldProtectionService) private readonly protection: FieldProtectionService,
  ) {}

  /** Returns every object with its fields. */
  async list(): Promise<MaskedObject[]> {
    const ground = await this.ground();
    return this.registry.allForTenant(ground.snapshot).map((descriptor) => {
      return {
        object: descriptor.key,
        ...objectNames(descriptor),
        fields: allFieldsOf(descriptor).map((f) => this.describe(descriptor, f, ground)),
      };
    });
  }

  /** Returns one field. @throws ProblemError 404 */
  async get(object: string, field: string): Promise<MaskedField> {
    const ground = await this.ground();
    const found = fieldOf({ object, field }, ground);
    if ('problem' in found) throw notFound(`The field ${nameOf({ object, field })}`);
    return this.describe(found.descriptor, found.f, ground);
  }

  /**
   * Replaces all existing rules with these.
   * @throws ProblemError 422 naming each rule that does not fit, and what would
   */
  async replaceAll(wishes: RuleWish[], idempotency?: IdempotencyRequest): Promise<void> {
    const seen = new Set<string>();
    const twice = wishes.flatMap((wish, i): FieldProblem[] => {
      const name = nameOf(wish);
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      const message = `${name} is listed twice. Keep one rule per field.`;
      return [{ pointer: `/rules/${i}/field`, code: 'givenTwice', message }];
    });
    if (twice.length) throw unprocessable(twice);
    await this.assertFitting(wishes, (i) => `/rules/${i}`);
    await this.change((stored) => {
      const wanted = new Map<string, RuleWish | null>(stored.map((rule) => [nameOf(rule), null]));
      for (const wish of wishes) wanted.set(nameOf(wish), wish);
      return wanted;
    }, idempotency);
  }

  /** Sets the rule of one field. @throws ProblemError 404 for an unknown field, 422 for a rule that does not fit */
  async put(wish: RuleWish, idempotency?: IdempotencyRequest): Promise<MaskedField> {
    await this.get(wish.object, wish.field);
    await this.assertFitting([wish], () => '');
    await this.change(() => new Map([[nameOf(wish), wish]]), idempotency);
    return this.get(wish.object, wish.field);
  }

  /**
   * Removes the rule of a field, so that the product's default applies.
   * @throws ProblemError 404 for an unknown field
   */
  async remove(object: string, field: string, idempotency?: IdempotencyRequest): Promise<void> {
    await this.get(object, field);
    await this.change(() => new Map([[nameOf({ object, field }), null]]), idempotency);
  }

  private async ground(): Promise<RuleGround> {
    return { registry: this.registry, snapshot: await this.directory.current() };
  }

  /** A field may keep the rule it already has, whatever has changed since. */
  private async assertFitting(wishes: RuleWish[], at: (index: number) => string): Promise<void> {
    const ground = await this.ground();
    const problems = wishes.flatMap((wish, i): FieldProblem[] => {
      const found = fieldOf(wish, ground, at(i));
      if ('problem' in found) return [found.problem];
      if (ground.snapshot.masking.get(nameOf(wish))?.strategy === wish.strategy) return [];
      const problem = misfit(wish, found.descriptor, found.f, ground, at(i));
      return problem ? [problem] : [];
    });
    if (problems.length) throw unprocessable(problems);
  }

  /**
   * Changes rules in one transaction.
   * @param wanted returns the new rules by name (null removes one), given the current ones
   */
  private async change(
    wanted: (stored: StoredRule[]) => Map<string, RuleWish | null>,
    idempotency?: IdempotencyRequest,
  ): Promise<void> {
    const tenantId = requireTenant();
    await this.records.unit(idempotency, async (uow) => {
      // Locks the company's row, so that concurrent changes of rules run one after the other.
      await uow.bumpAccessVersion();
      const stored = await this.repository.all(uow);
      const before = new Map(stored.map((rule) => [nameOf(rule), rule]));
      for (const [name, wish] of wanted(stored)) await this.changeOne(uow, name, before.get(name), wish);
      return { status: 200, body: null };
    });
    this.directory.forget(tenantId);
  }

  private async changeOne(
    uow: UnitOfWork,
    name: string,
    before: StoredRule | undefined,
    wish: RuleWish | null,
  ): Promise<void> {
    if (
      (before?.strategy ?? null) === (wish?.strategy ?? null) &&
      (before?.pii ?? null) === (wish?.pii ?? null)
    )
      return;
    const [object, field] = splitPath(name) as [string, string];
    const side = (key: 'strategy' | 'pii') => ({ before: before?.[key] ?? null, after: wish?.[key] ?? null });
    await uow.together([
      wish ? this.repository.upsert(uow.tenantId, wish) : this.repository.remove(object, field),
      ...securityEventStatements([
        {
          verb: 'maskingRuleChanged',
          object: 'maskingRule',
          recordId: uow.tenantId,
          changes: {
            object: { after: object },
            field: { after: field },
            strategy: side('strategy'),
            pii: side('pii'),
          },
        },
      ]),
    ]);
    await this.protection.follow(uow, object, field, before?.strategy ?? null, wish?.strategy ?? null);
  }

  private describe(descriptor: RecordDescriptor, f: FieldDescriptor, ground: RuleGround): MaskedField {
    const { snapshot } = ground;
    const rule = snapshot.masking.get(`${descriptor.key}.${f.key}`);
    const strategy = rule?.strategy ?? f.traits.masking.byDefault;
    const pii = piiOf(descriptor.key, f, snapshot);
    const strategies = strategiesOf(descriptor, f, ground);
    const example = f.traits.example;
    return {
      field: f.key,
      label: f.line ? `${f.section}: ${f.label}` : f.label,
      type: f.type,
      pii,
      describedPii: f.pii,
      defaultLevel: fieldLevel({ system: [], permissions: [], fields: [] }, descriptor.key, f.key, pii).level,
      strategy,
      rule: rule ? { strategy: rule.strategy, pii: rule.pii } : null,
      strategies,
      encryptRefused:
        example !== null && !strategies.includes('encrypt')
          ? (refusalToEncrypt(descriptor, f, ground) ?? null)
          : null,
      example:
        example === null
          ? null
          : {
              value: example,
              masked: String(
                this.rights.masker.mask(snapshot.tenantId, descriptor.key, f, strategy, example),
              ),
            },
    };
  }
}
