import { Controller, Inject, Res, type Type } from '@nestjs/common';
import { Endpoint, type EndpointSpec, idParams } from '../../../http/endpoint.js';
import type { RecordDescriptor } from '../../describe/index.js';
import { FIELD_REVEALER, type FieldRevealer, RecordAggregates } from '../../read/index.js';
import { BULK_RUNNER, type BulkRunner } from '../bulk.js';
import { type RecordSchemas, recordSchemas } from '../record-schemas.js';
import { RecordService } from '../record.service.js';

/** What the handlers of an object's endpoints work with: their `this`. */
export interface RecordServices {
  readonly records: RecordService;
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
};

/** Parameter decorator: the response, for headers and status. */
export const reply = Res({ passthrough: true });

/** Builds the controller class of an object, one endpoint after the other. */
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

  constructor(readonly d: RecordDescriptor) {
    this.title = d.key[0]!.toUpperCase() + d.key.slice(1);
    this.plural = d.plural.replace(/(^|-)([a-z])/g, (_, __, c: string) => c.toUpperCase());
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
   * @param parameters decorators of the handler's parameters, in their order
   */
  add(
    operation: string,
    { action, path = '', ...endpoint }: RecordEndpoint,
    parameters: ParameterDecorator[],
    handler: (this: RecordServices, ...given: any[]) => unknown,
  ): void {
    const { d } = this;
    const prototype = this.controller.prototype;
    Object.defineProperty(handler, 'name', { value: operation });
    prototype[operation] = handler;
    for (const [index, decorate] of parameters.entries()) decorate(prototype, operation, index);
    const spec: EndpointSpec = {
      ...endpoint,
      path: `/${d.plural}${path}`,
      tag: d.pluralLabel,
      access: { object: d.key, action },
      kind: { object: d.key, operation },
    };
    Endpoint(spec)(prototype, operation, Object.getOwnPropertyDescriptor(prototype, operation)!);
  }
}
