import { Controller, Inject, type Type } from '@nestjs/common';
import {
  Endpoint,
  type EndpointSpec,
  Exchange,
  freeText,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
} from '@pellucid/platform/http';
import { type RecordDescriptor, recordSchemas } from '@pellucid/platform/records';
import { z } from 'zod';
import { callRecord, meetingRecord, taskRecord } from '../activities.record.js';
import { ActivitiesService, type PlannedKind } from '../activities.service.js';

const completeBody = z
  .strictObject({ outcome: freeText(10_000).nullish().meta({ description: 'How it ended.' }) })
  .default({})
  .meta({ id: 'ActivityComplete' });

/** Returns the endpoints for actions on one kind of activity other than changing fields. */
function controllerOf(descriptor: RecordDescriptor): Type<unknown> {
  const kind = descriptor.key as PlannedKind;
  const { label, plural, pluralLabel } = descriptor;
  const name = label.toLowerCase();
  const verb = (key: string, given: Pick<EndpointSpec, 'summary'> & Partial<EndpointSpec>) =>
    Endpoint({
      method: 'post',
      path: `/${plural}/{id}/${key}`,
      operationId: `${key}${label}`,
      tag: pluralLabel,
      access: { object: kind, action: key },
      params: idParams,
      conditional: true,
      responses: { 200: recordSchemas(descriptor).record },
      sample: (w) => ({ params: { id: w[kind]! } }),
      ...given,
    });

  @Controller()
  class ActivityController {
    constructor(@Inject(ActivitiesService) private readonly activities: ActivitiesService) {}

    @verb('complete', {
      summary: `Mark a ${name} as done`,
      body: completeBody,
      sample: (w) => ({ params: { id: w[kind]! }, body: {} }),
    })
    async complete(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
      return exchange.tagged(await this.activities.complete(kind, params.id, body, exchange));
    }

    @verb('reopen', { summary: `Reopen a ${name} that is done or cancelled` })
    async reopen(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
      return exchange.tagged(await this.activities.reopen(kind, params.id, exchange));
    }
  }
  Object.defineProperty(ActivityController, 'name', { value: `${label}Controller` });
  return ActivityController;
}

/** The endpoints of each kind. */
export const activityControllers = [taskRecord, callRecord, meetingRecord].map(controllerOf);
