import { Controller, Inject, type Type } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { z } from 'zod';
import {
  CustomObjectKey,
  Endpoint,
  type EndpointSpec,
  idParams,
  type ObjectOperation,
} from '../../../http/endpoint.js';
import type { RecordDescriptor } from '../../describe/index.js';
import { FIELD_REVEALER, type FieldRevealer, RecordAggregates } from '../../read/index.js';
import { BULK_RUNNER, type BulkRunner } from '../bulk.js';
import { type RecordSchemas, recordSchemas } from '../record-schemas.js';
import { RecordMerges } from '../record-merges.js';
import { RecordService } from '../record.service.js';

/** What the handlers of an object's endpoints work with: their `this`. */
export interface RecordServices {
  readonly records: RecordService;
  readonly merges: RecordMerges;
  readonly bulkRunner: BulkRunner;
  readonly revealer: FieldRevealer;
  readonly aggregates: RecordAggregates;
}

/** An endpoint of an object, without what follows from the object. */
export type RecordEndpoint = Omit<EndpointSpec, 'tag' | 'path' | 'access' | 'kind'> & {
  /** Below the path of the object. */
  path?: string;
  /** The right that it asks for. */
  action: string;
  /** The operation of the object that it takes. */
  offers?: ObjectOperation;
};

const objectParam = {
  object: z.string().max(100).meta({ description: 'Path of an object that the company made.' }),
};

/** Builds the endpoints of an object, one after the other. */
export class RecordEndpoints {
  /** `Account`, and in names of many: `Accounts`. */
  readonly title: string;
  readonly plural: string;
  readonly schemas: RecordSchemas;
  /** What endpoints for one record share. */
  readonly one: Pick<EndpointSpec, 'params' | 'conditional' | 'responses'> & {
    sample: NonNullable<EndpointSpec['sample']>;
  };
  readonly controller: Type<unknown>;
  readonly specs: EndpointSpec[] = [];
  private readonly prefix: string;

  /**
   * @param d the object
   * @param isTemplate whether the endpoints serve every object that a company made: `d` then describes them in general, and
   *   requests name the object in the path
   */
  constructor(
    readonly d: RecordDescriptor,
    private readonly isTemplate = false,
  ) {
    // Names of a company's objects can't be mistaken for those of the product.
    this.prefix = d.isCustom && !isTemplate ? CUSTOM_PREFIX : '';
    this.title = d.key[0]!.toUpperCase() + d.key.slice(1);
    const path = isTemplate ? 'custom-records' : d.plural;
    this.plural = path.replace(/(^|-)([a-z])/g, (_, __, c: string) => c.toUpperCase());
    this.schemas = recordSchemas(d);
    this.one = {
      params: idParams,
      conditional: true,
      responses: { 200: this.schemas.record },
      sample: (w) => ({ params: { id: w[d.key]! } }),
    };

    @Controller()
    class RecordController implements RecordServices {
      constructor(
        @Inject(RecordService) readonly records: RecordService,
        @Inject(RecordMerges) readonly merges: RecordMerges,
        @Inject(BULK_RUNNER) readonly bulkRunner: BulkRunner,
        @Inject(FIELD_REVEALER) readonly revealer: FieldRevealer,
        @Inject(RecordAggregates) readonly aggregates: RecordAggregates,
      ) {}
    }
    Object.defineProperty(RecordController, 'name', { value: `${this.title}RecordController` });
    this.controller = RecordController;
  }

  /**
   * Adds an endpoint.
   * @param operation its kind, the same for all objects: `list`
   * @param parameters decorators of the handler's parameters after the first one, in their order
   * @param handler gets the object's key first
   */
  add(
    operation: string,
    { action, offers, path = '', ...endpoint }: RecordEndpoint,
    parameters: ParameterDecorator[],
    handler: (this: RecordServices, object: string, ...given: any[]) => unknown,
  ): void {
    const { d } = this;
    if (offers && !d.operations[offers]) return;
    const prototype = this.controller.prototype;
    const own = this.isTemplate
      ? handler
      : function (this: RecordServices, ...given: unknown[]) {
          return handler.call(this, d.key, ...given);
        };
    Object.defineProperty(own, 'name', { value: operation });
    prototype[operation] = own;
    const decorators = this.isTemplate ? [CustomObjectKey(), ...parameters] : parameters;
    for (const [index, decorate] of decorators.entries()) decorate(prototype, operation, index);
    const spec: EndpointSpec = {
      ...endpoint,
      operationId: this.prefix + endpoint.operationId,
      path: `/${d.plural}${path}`,
      tag: d.pluralLabel,
      ...(this.isTemplate
        ? this.byPath({ ...endpoint, action, offers })
        : { access: { object: d.key, action }, kind: { object: d.key, operation } }),
    };
    this.specs.push(spec);
    Endpoint(spec)(prototype, operation, Object.getOwnPropertyDescriptor(prototype, operation)!);
  }

  /** What an endpoint says that finds the object by its path. The API document has those of each object instead. */
  private byPath({
    action,
    offers,
    params,
    sample,
  }: Pick<RecordEndpoint, 'action' | 'params' | 'sample'> & { offers: ObjectOperation | undefined }): Pick<
    EndpointSpec,
    'access' | 'params' | 'sample' | 'perTenant'
  > {
    return {
      perTenant: true,
      access: { customObject: 'byPath', action, ...(offers ? { offers } : {}) },
      params: z.strictObject({ ...objectParam, ...params?.shape }),
      sample: (world) => {
        const own = sample?.(world);
        return { ...own, params: { ...own?.params, object: world['customObjectPath']! } };
      },
    };
  }
}
